#include "CSwaggerUI.h"

static const unsigned char bundle[] = {
#embed "dist/swagger-ui-bundle.js"
};

static const unsigned char css[] = {
#embed "dist/swagger-ui.css"
};

const unsigned char *swagger_ui_bundle_js(size_t *size) {
  *size = sizeof bundle;
  return bundle;
}

const unsigned char *swagger_ui_css(size_t *size) {
  *size = sizeof css;
  return css;
}
