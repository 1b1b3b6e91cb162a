#include "CPhoneNumber.h"

#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

PhoneNumberUtil::ErrorType parse(const char *digits, size_t count, PhoneNumber *number) {
  // "ZZ" is no region: only what begins with a country code is read.
  return PhoneNumberUtil::GetInstance()->Parse("+" + std::string(digits, count), "ZZ", number);
}

bool copy(const std::string &text, char *out) {
  if (text.size() >= MAILOUT_PHONE_SIZE) return false;
  std::memcpy(out, text.c_str(), text.size() + 1);
  return true;
}

mailout_phone_verdict verdict(PhoneNumberUtil::ErrorType error) {
  switch (error) {
    case PhoneNumberUtil::NO_PARSING_ERROR: return MAILOUT_PHONE_POSSIBLE;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return MAILOUT_PHONE_NO_COUNTRY;
    case PhoneNumberUtil::TOO_SHORT_NSN:
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD: return MAILOUT_PHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG_NSN: return MAILOUT_PHONE_TOO_LONG;
    default: return MAILOUT_PHONE_UNREADABLE;
  }
}

mailout_phone_verdict verdict(PhoneNumberUtil::ValidationResult result) {
  switch (result) {
    case PhoneNumberUtil::IS_POSSIBLE: return MAILOUT_PHONE_POSSIBLE;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE: return MAILOUT_PHONE_NO_COUNTRY;
    // Whole only within its area: from anywhere else a part is missing.
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY:
    case PhoneNumberUtil::TOO_SHORT: return MAILOUT_PHONE_TOO_SHORT;
    case PhoneNumberUtil::TOO_LONG: return MAILOUT_PHONE_TOO_LONG;
    default: return MAILOUT_PHONE_WRONG_LENGTH;
  }
}

}  // namespace

mailout_phone_verdict mailout_phone_read(const char *digits, size_t count, char *canonical) {
  try {
    PhoneNumber number;
    mailout_phone_verdict found = verdict(parse(digits, count, &number));
    if (found != MAILOUT_PHONE_POSSIBLE) return found;
    const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    found = verdict(util->IsPossibleNumberWithReason(number));
    if (found != MAILOUT_PHONE_POSSIBLE) return found;
    std::string text;
    util->Format(number, PhoneNumberUtil::E164, &text);
    return text.size() > 1 && copy(text.substr(1), canonical) ? MAILOUT_PHONE_POSSIBLE : MAILOUT_PHONE_UNREADABLE;
  } catch (...) {
    return MAILOUT_PHONE_UNREADABLE;
  }
}

int32_t mailout_phone_destination(const char *digits, size_t count, char *code) {
  try {
    PhoneNumber number;
    if (parse(digits, count, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
    const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
    const int length = util->GetLengthOfNationalDestinationCode(number);
    std::string national;
    util->GetNationalSignificantNumber(number, &national);
    const bool is_known = length > 0 && static_cast<size_t>(length) < national.size();
    if (!copy(is_known ? national.substr(0, length) : "", code)) return 0;
    return number.country_code();
  } catch (...) {
    return 0;
  }
}
