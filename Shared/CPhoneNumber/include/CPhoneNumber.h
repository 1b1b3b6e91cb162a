#ifndef MAILOUT_PHONE_NUMBER_H
#define MAILOUT_PHONE_NUMBER_H

// The little of libphonenumber (C++) that Mailout needs, as C. Every function may be called from any thread.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Room for any number or code below, and the zero byte at its end.
#define MAILOUT_PHONE_SIZE 32

enum mailout_phone_verdict {
  MAILOUT_PHONE_POSSIBLE = 0,
  MAILOUT_PHONE_NO_COUNTRY,
  MAILOUT_PHONE_TOO_SHORT,
  MAILOUT_PHONE_TOO_LONG,
  MAILOUT_PHONE_WRONG_LENGTH,
  MAILOUT_PHONE_UNREADABLE
};

// Reads an international number given as ASCII digits, country code first. `canonical` gets its E.164 digits, where the
// verdict is MAILOUT_PHONE_POSSIBLE: a trunk prefix after the country code is gone from them.
enum mailout_phone_verdict mailout_phone_read(const char *digits, size_t count, char canonical[MAILOUT_PHONE_SIZE]);

// The country calling code of such a number, and in `code` its national destination code, which is empty where the
// library knows none. 0 where it is no number.
int32_t mailout_phone_destination(const char *digits, size_t count, char code[MAILOUT_PHONE_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
