#include "discovery/soap.h"

#include "probe/reply.h"
#include "vedette/crypto/base64.h"

namespace vedette::media {
namespace {

constexpr std::string_view kSecurity =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
constexpr std::string_view kUtility =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
constexpr std::string_view kDigest = "http://docs.oasis-open.org/wss/2004/01/"
                                     "oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
constexpr std::string_view kBase64 = "http://docs.oasis-open.org/wss/2004/01/"
                                     "oasis-200401-wss-soap-message-security-1.0#Base64Binary";

std::string security_header(const SoapLogin& login) {
    std::string out = "<s:Header><w:Security s:mustUnderstand=\"1\" xmlns:w=\"";
    out.append(kSecurity).append("\" xmlns:u=\"").append(kUtility);
    out += "\"><w:UsernameToken><w:Username>" + xml_escaped(login.user) + "</w:Username>";
    out.append("<w:Password Type=\"").append(kDigest).append("\">");
    out += password_digest(login) + "</w:Password>";
    out.append("<w:Nonce EncodingType=\"").append(kBase64).append("\">");
    out += crypto::base64(login.nonce) + "</w:Nonce>";
    out += "<u:Created>" + xml_escaped(login.created) + "</u:Created>";
    return out + "</w:UsernameToken></w:Security></s:Header>";
}

const XmlNode* fault_in(const XmlNode& envelope) { return envelope.at({"Body", "Fault"}); }

/// Every text in it, one behind the other.
void collect(const XmlNode& node, std::string& out) {
    if (!node.text.empty())
        out += (out.empty() ? "" : " ") + node.text;
    for (const XmlNode& child : node.children)
        collect(child, out);
}

} // namespace

std::string password_digest(const SoapLogin& login) {
    return crypto::base64(
        crypto::sha1_for_old_protocols(login.nonce + login.created + login.password.reveal()));
}

std::string soap_envelope(std::string_view body, const std::optional<SoapLogin>& login) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
                      "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\">";
    if (login)
        out += security_header(*login);
    return out.append("<s:Body>").append(body).append("</s:Body></s:Envelope>");
}

std::optional<std::string> soap_fault(const XmlNode& envelope) {
    const XmlNode* fault = fault_in(envelope);
    if (fault == nullptr)
        return std::nullopt;
    std::string reason = fault->text_at({"Reason", "Text"}); // SOAP 1.2
    if (reason.empty())
        reason = fault->text_at({"faultstring"}); // 1.1
    if (reason.empty())
        reason = fault->text_at({"Code", "Subcode", "Value"});
    return reason.empty() ? "a fault without a reason" : printable(reason);
}

bool is_login_fault(const XmlNode& envelope) {
    const XmlNode* fault = fault_in(envelope);
    if (fault == nullptr)
        return false;
    std::string all;
    collect(*fault, all);
    for (const std::string_view word :
         {"NotAuthorized", "FailedAuthentication", "not authorized", "Not Authorized",
          "Unauthorized", "InvalidSecurity", "FailedCheck"})
        if (all.find(word) != std::string::npos)
            return true;
    return false;
}

} // namespace vedette::media
