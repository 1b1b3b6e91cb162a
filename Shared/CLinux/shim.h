// The Linux calls that Swift's Glibc module leaves out.
#pragma once
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>
#include <signal.h>

/// prctl is variadic, which Swift cannot import: names the calling thread (15 bytes at most).
static inline int mailout_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
