#include "vedette/media/onvif.h"

#include <gtest/gtest.h>

#include "discovery/onvif_answers.h"
#include "discovery/soap.h"
#include "discovery/ws_discovery.h"
#include "discovery/xml_tree.h"
#include "test_server.h"

namespace vedette::media {
namespace {

using namespace std::chrono_literals;

TEST(XmlTree, NamesAreWithoutPrefixesAndTextsWithoutBlanks) {
    const auto root = parse_xml("<a:x xmlns:a='u' k='1'>\n <b>  t &amp; u </b><c/><b>2</b></a:x>");
    ASSERT_TRUE(root) << root.error().message();
    EXPECT_EQ(root->name, "x");
    EXPECT_EQ(root->attribute("k"), "1");
    EXPECT_EQ(root->text_at({"b"}), "t & u");
    EXPECT_EQ(root->children.size(), 3U);
    EXPECT_EQ(root->at({"c", "d"}), nullptr);
    EXPECT_EQ(root->text_at({"none"}), "");
}

TEST(XmlTree, WhatIsNoXmlOrTooMuchIsRefused) {
    EXPECT_EQ(parse_xml("<a><b></a>").error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(parse_xml("").error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(parse_xml("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>").error().code(),
              ErrorCode::invalid_argument);
    std::string deep;
    for (int i = 0; i < 100; ++i)
        deep += "<a>";
    EXPECT_EQ(parse_xml(deep).error().code(), ErrorCode::resource_exhausted);
    std::string many = "<r>";
    for (int i = 0; i < 50; ++i)
        many += "<a/>";
    many += "</r>";
    EXPECT_EQ(parse_xml(many, {.elements = 20}).error().code(), ErrorCode::resource_exhausted);
    EXPECT_EQ(parse_xml(many, {.bytes = 20}).error().code(), ErrorCode::resource_exhausted);
    EXPECT_TRUE(parse_xml(many));
}

TEST(Soap, TheDigestIsThatOfTheProgrammersGuide) {
    // ONVIF Application Programmer's Guide, 6.1.1.3
    const SoapLogin login{.user = "user",
                          .password = Secret<std::string>{"userpassword"},
                          .nonce = "\x2C\xAA\x88\xE8\x6F\xC0\x8A\x42\x82\x42\xB3\x74\xCE\xA6\x45"
                                   "\x96",
                          .created = "2010-09-16T07:50:45Z"};
    EXPECT_EQ(password_digest(login), "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
    const std::string text = soap_envelope("<x/>", login);
    EXPECT_NE(text.find("LKqI6G/AikKCQrN0zqZFlg=="), std::string::npos) << text;
    EXPECT_EQ(text.find("userpassword"), std::string::npos);
    EXPECT_TRUE(parse_xml(text));
}

TEST(Soap, AUserCannotWriteXml) {
    const SoapLogin login{.user = "a</w:Username><evil/>&\"",
                          .password = Secret<std::string>{"p"},
                          .nonce = "n",
                          .created = "t"};
    const auto root = parse_xml(soap_envelope("<x/>", login));
    ASSERT_TRUE(root);
    EXPECT_EQ(root->text_at({"Header", "Security", "UsernameToken", "Username"}), login.user);
}

TEST(Soap, FaultsAreToldAndThoseAboutLoggingInAreKnown) {
    const auto fault = [](const std::string& inner) {
        return parse_xml("<E><Body><Fault>" + inner + "</Fault></Body></E>").value();
    };
    const auto login = fault("<Code><Value>s:Sender</Value><Subcode><Value>ter:NotAuthorized"
                             "</Value></Subcode></Code><Reason><Text>no</Text></Reason>");
    EXPECT_TRUE(is_login_fault(login));
    EXPECT_EQ(soap_fault(login), "no");
    const auto plain = fault("<faultstring>broken</faultstring>");
    EXPECT_FALSE(is_login_fault(plain));
    EXPECT_EQ(soap_fault(plain), "broken");
    EXPECT_FALSE(soap_fault(parse_xml("<E><Body><R/></Body></E>").value()));
}

constexpr const char* kMatch =
    "<e:Envelope xmlns:e='s' xmlns:w='a' xmlns:d='d'><e:Header><w:RelatesTo>uuid:1-2-3"
    "</w:RelatesTo></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch><w:EndpointReference>"
    "<w:Address>urn:uuid:9</w:Address></w:EndpointReference><d:Scopes>"
    "onvif://www.onvif.org/name/Front%20Door onvif://www.onvif.org/hardware/DS-2CD "
    "onvif://www.onvif.org/location/city/Bern</d:Scopes><d:XAddrs>http://[fe80::1]/onvif/x "
    "http://192.0.2.9:8000/onvif/device_service http://10.0.0.5/other</d:XAddrs></d:ProbeMatch>"
    "</d:ProbeMatches></e:Body></e:Envelope>";

TEST(WsDiscovery, AnAnswerIsRead) {
    const auto devices = parse_probe_matches(kMatch, "1-2-3", "192.0.2.9");
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0].address, "http://192.0.2.9:8000/onvif/device_service");
    EXPECT_EQ(devices[0].endpoint, "urn:uuid:9");
    EXPECT_EQ(devices[0].name, "Front Door");
    EXPECT_EQ(devices[0].hardware, "DS-2CD");
    EXPECT_EQ(devices[0].place, "city/Bern");
}

TEST(WsDiscovery, NoDeviceSendsUsToAnotherMachine) {
    const auto devices = parse_probe_matches(kMatch, "1-2-3", "10.9.9.9");
    ASSERT_EQ(devices.size(), 1U);
    EXPECT_EQ(devices[0].address, "http://10.9.9.9/onvif/x");
}

TEST(WsDiscovery, AnswersToOthersAndNonsenseAreNoDevices) {
    EXPECT_TRUE(parse_probe_matches(kMatch, "4-5-6", "192.0.2.9").empty());
    EXPECT_TRUE(parse_probe_matches("garbage", "1-2-3", "192.0.2.9").empty());
    EXPECT_TRUE(parse_probe_matches("<a><Body/></a>", "1-2-3", "192.0.2.9").empty());
    const auto question = parse_xml(probe_message("1-2-3", {"Device", "urn:x"}));
    ASSERT_TRUE(question) << question.error().message();
    EXPECT_EQ(question->text_at({"Header", "MessageID"}), "urn:uuid:1-2-3");
    EXPECT_EQ(question->text_at({"Body", "Probe", "Types"}), "d:Device");
}

TEST(OnvifAnswers, ATimeMustBeSensible) {
    const auto time = [](const std::string& date, const std::string& clock) {
        return utc_in(parse_xml("<R><SystemDateAndTime><UTCDateTime><Time>" + clock +
                                "</Time><Date>" + date +
                                "</Date></UTCDateTime></SystemDateAndTime></R>")
                          .value());
    };
    const std::string day = "<Year>2026</Year><Month>2</Month><Day>28</Day>";
    const std::string noon = "<Hour>12</Hour><Minute>0</Minute><Second>5</Second>";
    ASSERT_TRUE(time(day, noon));
    EXPECT_EQ(std::chrono::duration_cast<std::chrono::seconds>(time(day, noon)->time_since_epoch())
                  .count(),
              1'772'280'005);
    EXPECT_FALSE(time("<Year>2026</Year><Month>2</Month><Day>31</Day>", noon));
    EXPECT_FALSE(time("<Year>20x6</Year><Month>13</Month><Day>1</Day>", noon));
    EXPECT_FALSE(time(day, "<Hour>25</Hour>"));
    EXPECT_FALSE(utc_in(parse_xml("<R/>").value()));
}

TEST(OnvifAnswers, NumbersThatAreNoneAreLeftOut) {
    const auto profiles = profiles_in(
        parse_xml("<R><Profiles token='a'><Name>x</Name><VideoEncoderConfiguration><Resolution>"
                  "<Width>-5</Width><Height>99999999999999</Height></Resolution><RateControl>"
                  "<FrameRateLimit>abc</FrameRateLimit></RateControl></VideoEncoderConfiguration>"
                  "</Profiles><Profiles><Name>without a token</Name></Profiles></R>")
            .value());
    ASSERT_EQ(profiles.size(), 1U);
    EXPECT_EQ(profiles[0].width_px, 0);
    EXPECT_EQ(profiles[0].height_px, 0);
    EXPECT_EQ(profiles[0].frame_rate, 0);
}

TEST(OnvifAnswers, AnAddressCarriesNoPasswordAndNamesTheCamera) {
    const auto uri = [](const std::string& text) {
        return uri_in(parse_xml("<R><MediaUri><Uri>" + text + "</Uri></MediaUri></R>").value(),
                      "10.0.0.5");
    };
    EXPECT_EQ(uri("rtsp://admin:pw@10.0.0.5:554/a?b=1&amp;c=2"), "rtsp://10.0.0.5:554/a?b=1&c=2");
    EXPECT_EQ(uri("rtsp://127.0.0.1:8554/x"), "rtsp://10.0.0.5:8554/x");
    EXPECT_EQ(uri("rtsp://10.0.0.6/x"), "rtsp://10.0.0.6/x");
    EXPECT_EQ(uri("nonsense"), "");
}

TEST(Onvif, AnInterfaceThatThereIsNotIsNamed) {
    const SystemClock clock;
    const auto found = search_onvif({.interfaces = {"nowhere0"}, .timeout = 1ms}, clock);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), ErrorCode::not_found);
    EXPECT_NE(found.error().message().find("nowhere0"), std::string::npos);
}

TEST(Onvif, NobodyThereIsAFinding) {
    const SystemClock clock;
    int port = 0;
    {
        const testing::LoopbackServer gone{""};
        port = gone.port();
    }
    const OnvifCamera camera = ask_onvif({.address = "127.0.0.1:" + std::to_string(port)}, clock);
    ASSERT_EQ(camera.findings.size(), 1U);
    EXPECT_EQ(camera.findings[0].id, "no-onvif");
    EXPECT_EQ(camera.findings[0].weight, Finding::Weight::problem);
    EXPECT_EQ(ask_onvif({.address = "not a host"}, clock).findings.at(0).id, "bad-address");
}

} // namespace
} // namespace vedette::media
