// libmicrohttpd, and its variadic calls in a form that Swift can import.
#pragma once
#include <microhttpd.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/// What the daemon is started with; `context` is handed to every callback.
struct mailout_mhd_settings {
  int listen_socket;
  unsigned int connection_limit;
  unsigned int idle_seconds;
  size_t connection_memory;
  void *context;
  MHD_AcceptPolicyCallback on_accept;
  MHD_AccessHandlerCallback on_access;
  MHD_NotifyConnectionCallback on_connection;
  MHD_RequestCompletedCallback on_completed;
  void *(*on_target)(void *context, const char *target, struct MHD_Connection *connection);
  size_t (*on_unescape)(void *context, struct MHD_Connection *connection, char *text);
};

/// A daemon without a thread on a socket that listens already; NULL when MHD refuses.
static inline struct MHD_Daemon *mailout_mhd_start(const struct mailout_mhd_settings *s) {
  struct MHD_OptionItem options[] = {
      {MHD_OPTION_LISTEN_SOCKET, s->listen_socket, NULL},
      {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)s->connection_limit, NULL},
      {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)s->idle_seconds, NULL},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)s->connection_memory, NULL},
      {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
      {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)s->on_connection, s->context},
      {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)s->on_completed, s->context},
      {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)s->on_target, s->context},
      {MHD_OPTION_UNESCAPE_CALLBACK, (intptr_t)s->on_unescape, s->context},
      {MHD_OPTION_END, 0, NULL},
  };
  return MHD_start_daemon(
      MHD_ALLOW_SUSPEND_RESUME | MHD_USE_EPOLL, 0, s->on_accept, s->context, s->on_access, s->context,
      MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

/// The descriptor that is readable when the daemon has something to do; -1 when unknown.
static inline int mailout_mhd_descriptor(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD);
  return info ? info->epoll_fd : -1;
}

/// In how many milliseconds the daemon wants to be run, whatever its descriptor says; -1 for never.
static inline int64_t mailout_mhd_wait(struct MHD_Daemon *daemon) {
  MHD_UNSIGNED_LONG_LONG milliseconds;
  return MHD_get_timeout(daemon, &milliseconds) == MHD_YES ? (int64_t)milliseconds : -1;
}

/// The connection's socket; -1 when unknown.
static inline int mailout_mhd_socket(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

/// What `on_connection` stored for the connection's socket.
static inline void *mailout_mhd_context(struct MHD_Connection *connection) {
  const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info ? info->socket_context : NULL;
}

/// Makes a response of unknown length end with its connection.
static inline void mailout_mhd_forbid_chunks(struct MHD_Response *response) {
  MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
}

/// Whether a socket's other end has closed it or stopped sending. 0x2000 is POLLRDHUP, which needs _GNU_SOURCE.
static inline int mailout_peer_has_left(int socket) {
  struct pollfd entry = {socket, 0x2000, 0};
  return poll(&entry, 1, 0) > 0;
}

/// Whether a socket's other end has stopped sending and nothing of it is left to be read.
static inline int mailout_peer_has_ended(int socket) {
  char byte;
  return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}
