#include "vedette/infer/manifest.h"

#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "manifest/path_text.h"
#include "test_support.h"
#include "vedette/crypto/sha256.h"

namespace vedette::infer {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::FloatEq;
using ::testing::HasSubstr;

const std::string kHead = "id: toy\n"
                          "title: A toy\n"
                          "task: object\n"
                          "licence: MIT\n"
                          "origin: us\n"
                          "decoder: yolox\n";
const std::string kWeights = "file: toy.onnx\n"
                             "sha256: " +
                             std::string(64, 'A') + "\n";

class ManifestTest : public ::testing::Test {
protected:
    std::filesystem::path write(const std::string& name, const std::string& text) {
        const auto path = folder.path() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path} << text;
        return path;
    }
    Result<Manifest> load(const std::string& text) {
        return load_manifest(write("toy.model.yaml", text));
    }

    TemporaryFolder folder;
};

TEST_F(ManifestTest, ReadsEveryKey) {
    write("names.labels", "person\r\ntraffic light\n");
    const auto manifest = load(kHead + kWeights + R"(version: 3
preference: 7
input:
  width: 64
  height: 32
  layout: nhwc
  type: u8
  color: rgb
  fit: letterbox_centre
  pad: 0
  multiple_of: 16
  mean: [1, 2.5, 3]
  scale: 1/255
decoder_options:
  strides: [8, 16]
  alphabet: "0,1"
labels: names.labels
int8:
  file: toy.int8.onnx
  sha256: )" + std::string(64, 'C') +
                               R"(
extra_files:
  priors:
    file: sub/../priors.txt
    sha256: )" + std::string(64, '0') +
                               R"(
  cascade: /usr/share/cascade.xml
)");
    ASSERT_TRUE(manifest) << manifest.error().message();
    EXPECT_EQ(manifest->full_id(), "toy@3");
    EXPECT_EQ(manifest->preference, 7);
    EXPECT_EQ(manifest->file, folder.path() / "toy.onnx");
    EXPECT_EQ(manifest->sha256, std::string(64, 'a'));
    EXPECT_EQ(manifest->int8.file, folder.path() / "toy.int8.onnx");
    EXPECT_EQ(manifest->int8.sha256, std::string(64, 'c'));
    EXPECT_EQ(manifest->input.width_px, 64);
    EXPECT_EQ(manifest->input.layout, InputSpec::Layout::nhwc);
    EXPECT_EQ(manifest->input.type, ElementType::u8);
    EXPECT_EQ(manifest->input.color, InputSpec::Color::rgb);
    EXPECT_EQ(manifest->input.fit, InputSpec::Fit::letterbox_centre);
    EXPECT_EQ(manifest->input.multiple_of_px, 16);
    EXPECT_THAT(manifest->input.mean, ElementsAre(1.0F, 2.5F, 3.0F));
    EXPECT_THAT(manifest->input.scale,
                ElementsAre(FloatEq(1.0F / 255), FloatEq(1.0F / 255), FloatEq(1.0F / 255)));
    EXPECT_EQ(manifest->decoder_options.at("strides"), "8,16");
    EXPECT_EQ(manifest->decoder_options.at("alphabet"), "0,1");
    EXPECT_THAT(manifest->labels, ElementsAre("person", "traffic light"));
    EXPECT_EQ(manifest->extra_files.at("priors"), folder.path() / "priors.txt");
    EXPECT_EQ(manifest->extra_files.at("cascade"), "/usr/share/cascade.xml");
    EXPECT_EQ(manifest->extra_sha256.size(), 1U);
    EXPECT_THAT(manifest->files(),
                ElementsAre(folder.path() / "toy.onnx", folder.path() / "toy.int8.onnx",
                            "/usr/share/cascade.xml", folder.path() / "priors.txt"));
    EXPECT_EQ(manifest->path, folder.path() / "toy.model.yaml");
}

TEST_F(ManifestTest, NeedsNoWeights) {
    const auto manifest = load(kHead);
    ASSERT_TRUE(manifest) << manifest.error().message();
    EXPECT_TRUE(manifest->file.empty());
    EXPECT_EQ(manifest->version, 1);
}

TEST_F(ManifestTest, TakesOneNumberForAGrayPicture) {
    const auto manifest =
        load(kHead + kWeights +
             "input: { width: 8, height: 8, color: gray, mean: 127.5, scale: 1/128 }\n");
    ASSERT_TRUE(manifest) << manifest.error().message();
    EXPECT_THAT(manifest->input.mean, ElementsAre(127.5F));
    EXPECT_THAT(manifest->input.scale, ElementsAre(FloatEq(1.0F / 128)));
}

struct BadManifest {
    const char* what;
    std::string text;
    std::string says;
};

TEST_F(ManifestTest, RefusesMistakesNamingFileLineAndKey) {
    const std::string input = "input: { width: 8, height: 8 }\n";
    const std::vector<BadManifest> bad{
        {"an unknown key", kHead + "licens: MIT\n", "toy.model.yaml:7: licens"},
        {"its neighbour", kHead + "licens: MIT\n", "licence"},
        {"a missing key", "id: toy\n", "title"},
        {"a wrong task", kHead + "version: 1\ntask: cooking\n", "task"},
        {"a bad id", "id: ../../etc\n" + kHead.substr(kHead.find('\n') + 1),
         "toy.model.yaml:1: id"},
        {"version 0", kHead + "version: 0\n", "version"},
        {"a short hash", kHead + "file: x.onnx\nsha256: abc\n" + input, "64 hexadecimal digits"},
        {"a copy of nothing",
         kHead + "int8: {file: x.onnx, sha256: " + std::string(64, 'a') + "}\n",
         "copy of the weights"},
        {"a copy without a hash", kHead + kWeights + "int8: {file: x.onnx}\n" + input, "sha256"},
        {"no hash", kHead + "file: x.onnx\n" + input, "file and sha256 go together"},
        {"a hash of nothing", kHead + "sha256: " + std::string(64, 'a') + "\n",
         "file and sha256 go together"},
        {"no input", kHead + kWeights, "input"},
        {"an unknown input key", kHead + kWeights + "input: { width: 8, height: 8, colour: rgb }\n",
         "colour"},
        {"a huge input", kHead + kWeights + "input: { width: 100000, height: 8 }\n", "input.width"},
        {"two channels", kHead + kWeights + "input: { width: 8, height: 8, mean: [1, 2] }\n",
         "one for each channel"},
        {"steps of a stretched input",
         kHead + kWeights + "input: { width: 8, height: 8, fit: stretch, multiple_of: 8 }\n",
         "multiple_of: needs a letterbox"},
        {"steps that do not fit",
         kHead + kWeights +
             "input: { width: 8, height: 12, fit: letterbox_corner, multiple_of: 8 }\n",
         "multiple_of: width and height must be multiples of it"},
        {"division by zero", kHead + kWeights + "input: { width: 8, height: 8, scale: 1/0 }\n",
         "fraction"},
        {"a missing variable", kHead + "file: ${env:VEDETTE_NOT_SET_ANYWHERE}/x\n",
         "VEDETTE_NOT_SET_ANYWHERE"},
        {"another reference", kHead + "file: ${file:/etc/passwd}\n", "${env:NAME}"},
        {"a missing label file", kHead + "labels: nowhere.labels\n", "nowhere.labels"},
        {"labels as a map", kHead + "labels: { a: b }\n", "labels"},
        {"an unknown extra key", kHead + "extra_files: { p: { file: x, md5: y } }\n", "md5"},
        {"options as a list", kHead + "decoder_options: [1]\n", "decoder_options"},
        {"no YAML", "{ [", "toy.model.yaml"}};
    for (const auto& [what, text, says] : bad) {
        const auto manifest = load(text);
        ASSERT_FALSE(manifest) << what;
        EXPECT_EQ(manifest.error().code(), ErrorCode::invalid_argument) << what;
        EXPECT_THAT(manifest.error().message(), AllOf(HasSubstr("toy.model.yaml"), HasSubstr(says)))
            << what;
    }
}

TEST_F(ManifestTest, SaysThatAFileIsMissing) {
    const auto manifest = load_manifest(folder.path() / "missing.model.yaml");
    ASSERT_FALSE(manifest);
    EXPECT_EQ(manifest.error().code(), ErrorCode::not_found);
}

TEST_F(ManifestTest, FindsAllOfAFolderInOrder) {
    const auto with_id = [](const std::string& id) {
        return "id: " + id + kHead.substr(kHead.find('\n'));
    };
    write("z.model.yaml", with_id("banana"));
    write("deep/er/a.model.yaml", with_id("cherry"));
    write("y.model.yaml", with_id("apple"));
    write("notes.yaml", "not a manifest");
    write("1/2/3/4/5/6/too_deep.model.yaml", "not: read");
    const auto manifests = load_manifests(folder.path());
    ASSERT_TRUE(manifests) << manifests.error().message();
    ASSERT_EQ(manifests->size(), 3U);
    EXPECT_EQ((*manifests)[0].id, "apple");
    EXPECT_EQ((*manifests)[2].id, "cherry");
}

TEST_F(ManifestTest, RefusesTwoOfOneIdNamingBothFiles) {
    write("one.model.yaml", kHead);
    write("two.model.yaml", kHead);
    const auto manifests = load_manifests(folder.path());
    ASSERT_FALSE(manifests);
    EXPECT_THAT(
        manifests.error().message(),
        AllOf(HasSubstr("one.model.yaml"), HasSubstr("two.model.yaml"), HasSubstr("toy@1")));
}

TEST_F(ManifestTest, SaysThatAFolderIsMissing) {
    const auto manifests = load_manifests(folder.path() / "missing");
    ASSERT_FALSE(manifests);
    EXPECT_EQ(manifests.error().code(), ErrorCode::not_found);
}

TEST(ExpandVariables, ReplacesAndFallsBack) {
    const auto variables = [](const std::string& name) -> std::optional<std::string> {
        if (name == "HERE")
            return "/data";
        return name == "EMPTY" ? std::optional<std::string>{""} : std::nullopt;
    };
    EXPECT_EQ(expand_variables("plain/path.onnx", variables).value(), "plain/path.onnx");
    EXPECT_EQ(expand_variables("${env:HERE}/a/${env:HERE}", variables).value(), "/data/a//data");
    EXPECT_EQ(expand_variables("${env:AWAY:-../shared}/a", variables).value(), "../shared/a");
    EXPECT_EQ(expand_variables("${env:EMPTY:-x}", variables).value(), "x");
    EXPECT_EQ(expand_variables("${env:HERE:-x}", variables).value(), "/data");
    for (const auto* bad :
         {"${env:AWAY}", "${env:EMPTY}", "${env:}", "${env:HERE", "${HERE}", "a${"})
        EXPECT_FALSE(expand_variables(bad, variables)) << bad;
}

/// The manifests that the repository carries must at least read; with the weights there, they must
/// be the ones meant.
TEST(CarriedManifests, AllRead) {
    const std::filesystem::path source{VEDETTE_SOURCE_DIR};
    const auto shipped = load_manifests(source / "models");
    ASSERT_TRUE(shipped) << shipped.error().message();
    const auto third_party = load_manifests(source / "tests" / "models" / "third-party");
    ASSERT_TRUE(third_party) << third_party.error().message();
    EXPECT_GE(third_party->size(), 16U);
}

TEST(CarriedManifests, DescribeTheWeightsThatAreThere) {
    const std::filesystem::path source{VEDETTE_SOURCE_DIR};
    const auto manifests = load_manifests(source / "tests" / "models" / "third-party");
    ASSERT_TRUE(manifests) << manifests.error().message();
    if (!std::filesystem::exists(manifests->front().file))
        GTEST_SKIP() << "third-party weights are not here: " << manifests->front().file;
    for (const auto& manifest : *manifests) {
        const auto verified = verify(manifest);
        EXPECT_TRUE(verified) << verified.error().message();
    }
}

} // namespace
} // namespace vedette::infer
