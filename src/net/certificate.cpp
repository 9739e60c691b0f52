#include "certificate.h"

#include <array>
#include <memory>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace vedette::net {
namespace {

constexpr std::size_t kMostNames = 8;

struct FreeBio {
    void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;
struct FreeNames {
    void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

std::string text_of(const Bio& bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &bytes);
    std::string out{bytes, size > 0 ? static_cast<std::size_t>(size) : 0U};
    for (char& c : out) // who made the certificate chose these bytes
        if (static_cast<unsigned char>(c) < ' ' || c == 0x7F)
            c = '?';
    return out;
}

std::string name_of(const X509_NAME* name) {
    const Bio bio{BIO_new(BIO_s_mem())};
    X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
    const std::string text = text_of(bio);
    return text.empty() ? "nobody" : text;
}

std::string time_of(const ASN1_TIME* time) {
    const Bio bio{BIO_new(BIO_s_mem())};
    return ASN1_TIME_print(bio.get(), time) == 1 ? text_of(bio) : "an unknown time";
}

std::string address_text(const ASN1_OCTET_STRING& address) {
    const unsigned char* bytes = ASN1_STRING_get0_data(&address);
    if (ASN1_STRING_length(&address) != 4)
        return "an IPv6 address";
    std::string out;
    for (int i = 0; i < 4; ++i)
        out += (i > 0 ? "." : "") + std::to_string(bytes[i]);
    return out;
}

/// Names and addresses that the certificate is for.
std::string names_in(X509* certificate) {
    const std::unique_ptr<GENERAL_NAMES, FreeNames> names{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
    std::string out;
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    for (int i = 0; i < count && i < static_cast<int>(kMostNames); ++i) {
        const GENERAL_NAME* one = sk_GENERAL_NAME_value(names.get(), i);
        const Bio bio{BIO_new(BIO_s_mem())};
        if (one->type == GEN_DNS)
            ASN1_STRING_print_ex(bio.get(), one->d.dNSName, 0);
        else if (one->type == GEN_IPADD)
            BIO_puts(bio.get(), address_text(*one->d.iPAddress).c_str());
        const std::string text = text_of(bio);
        if (!text.empty())
            out += (out.empty() ? "" : ", ") + text;
    }
    return out.empty() ? "none" : out;
}

std::string reason(X509* peer, long verdict, const std::string& expected) {
    switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "it expired on " + time_of(X509_get0_notAfter(peer)) +
               " (or the clock of this machine is wrong)";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "it holds only from " + time_of(X509_get0_notBefore(peer)) +
               " on (or the clock of this machine is wrong)";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
        return "it is signed by itself, as most cameras' are";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        return "it is signed by " + name_of(X509_get_issuer_name(peer)) +
               ", whom this machine does not know";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "it is for other names (" + names_in(peer) + "), not for " + expected;
    default: return X509_verify_cert_error_string(verdict);
    }
}

std::string advice(long verdict, bool own_authority) {
    switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID: return "renew it at the camera, and check both clocks";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "connect by one of its names, or say which to expect: tls: { server_name: NAME }";
    default: break;
    }
    return own_authority ? "the file of tls.ca_file holds neither it nor who signed it"
                         : "save it, or the certificate of who signed it, as a PEM file and name "
                           "that: tls: { ca_file: FILE }; or believe anybody: tls: { verify: "
                           "false }";
}

} // namespace

std::string fingerprint_of(const X509& certificate) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1)
        return "unknown";
    std::string out;
    for (unsigned i = 0; i < size; ++i) {
        if (i > 0)
            out += ':';
        (out += kHex[digest[i] >> 4U]) += kHex[digest[i] & 15U];
    }
    return out;
}

Error certificate_error(X509* peer, long verdict, const std::string& expected, bool own_authority) {
    if (peer == nullptr)
        return {ErrorCode::permission_denied, "it shows no certificate: nobody knows who answers"};
    return {ErrorCode::permission_denied,
            "the certificate of " + name_of(X509_get_subject_name(peer)) +
                " is not trusted: " + reason(peer, verdict, expected) + " (SHA-256 " +
                fingerprint_of(*peer) + "); " + advice(verdict, own_authority)};
}

} // namespace vedette::net
