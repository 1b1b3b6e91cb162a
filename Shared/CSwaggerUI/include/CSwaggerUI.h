#ifndef MAILOUT_C_SWAGGER_UI_H
#define MAILOUT_C_SWAGGER_UI_H

#include <stddef.h>

/// The bytes of a file under dist/, for as long as the process lives.
const unsigned char *swagger_ui_bundle_js(size_t *size);
const unsigned char *swagger_ui_css(size_t *size);

#endif
