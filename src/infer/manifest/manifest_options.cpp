#include "manifest/manifest_options.h"

#include <algorithm>
#include <cmath>
#include <fstream>

#include "vedette/config/units.h"

namespace vedette::infer {
namespace {

using config::Codec;
using config::Node;
using config::Problems;
using config::Schema;

constexpr std::size_t kMostLabels = 10'000;
constexpr std::size_t kLongestLabel = 200;

/// A codec for what no schema describes: `read` looks at the node itself.
template <class V>
Codec<V> free_form(std::function<Result<V>(const Node&)> read) {
    return {[](const V&) { return Schema{.kind = Schema::Kind::any}; },
            [read = std::move(read)](const Node& node, V& value, Problems& problems) {
                auto got = read(node);
                if (got)
                    value = *std::move(got);
                else
                    problems.add(std::move(got).error());
            },
            [](const V&) { return std::string{}; }};
}

/// "0.5" or "1/255".
Result<float> number_at(const Node& node) {
    VEDETTE_TRY(const std::string text, node.as_string());
    const auto slash = text.find('/');
    const auto above = config::parse_double(text.substr(0, slash));
    const auto below = slash == std::string::npos ? Result<double>{1.0}
                                                  : config::parse_double(text.substr(slash + 1));
    if (!above || !below || *below == 0.0 || !std::isfinite(*above / *below))
        return node.invalid("must be a number or a fraction such as 1/255, not " + node.quoted());
    return static_cast<float>(*above / *below);
}

/// One number for all channels, or a list with one for each.
Result<std::vector<float>> channels_at(const Node& node) {
    std::vector<float> numbers;
    const bool list = node.kind() == Node::Kind::list;
    for (const Node& item : list ? node.items() : std::vector<Node>{node}) {
        VEDETTE_TRY(const float number, number_at(item));
        numbers.push_back(number);
    }
    if (list && numbers.size() != 3 && numbers.size() != 1)
        return node.invalid("must be one number, or three: one for each channel");
    if (numbers.size() == 1 && !list)
        numbers.resize(3, numbers.front());
    return numbers;
}

/// A value as it is written; the values of a list joined by commas.
Result<std::string> text_at(const Node& node) {
    if (node.kind() != Node::Kind::list)
        return node.as_string();
    std::string joined;
    for (const Node& item : node.items()) {
        VEDETTE_TRY(const std::string text, item.as_string());
        joined += (joined.empty() ? "" : ",") + text;
    }
    return joined;
}

Result<std::map<std::string, std::string>> decoder_options_at(const Node& node) {
    std::map<std::string, std::string> options;
    if (node.kind() != Node::Kind::map)
        return node.invalid("must be a map");
    for (const auto& [key, value] : node.members()) {
        VEDETTE_TRY(options[key], text_at(value));
    }
    return options;
}

/// `priors: file.txt`, or `priors: {file: file.txt, sha256: ...}`.
Result<std::map<std::string, std::filesystem::path>>
extra_files_at(const Node& node, const VariableSource& variables) {
    std::map<std::string, std::filesystem::path> files;
    if (node.kind() != Node::Kind::map)
        return node.invalid("must be a map of names to files");
    for (const auto& [name, value] : node.members()) {
        for (const auto& [key, inner] : value.members())
            if (key != "file" && key != "sha256")
                return inner.invalid("is not known here; known: file, sha256");
        VEDETTE_TRY(files[name],
                    path_at(value.kind() == Node::Kind::map ? value["file"] : value, variables));
    }
    return files;
}

Result<std::string> id_at(const Node& node) {
    VEDETTE_TRY(const std::string id, node.as_string());
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    if (id.empty() || id.size() > 64 || !std::all_of(id.begin(), id.end(), allowed))
        return node.invalid("must be 1 to 64 lower-case letters, digits, - _ and dots");
    return id;
}

config::OptionSet<InputSpec> input_options() {
    using Layout = InputSpec::Layout;
    using Color = InputSpec::Color;
    using Fit = InputSpec::Fit;
    return config::OptionSet<InputSpec>{"How a picture becomes the input."}
        .field("width", &InputSpec::width_px, "Pixels", {.min = 1, .max = 8192})
        .field("height", &InputSpec::height_px, "Pixels", {.min = 1, .max = 8192})
        .field("layout", &InputSpec::layout, "Order of the dimensions",
               config::choice<Layout>({{"nchw", Layout::nchw}, {"nhwc", Layout::nhwc}}))
        .field("type", &InputSpec::type, "Of one number",
               config::choice<ElementType>({{"f32", ElementType::f32}, {"u8", ElementType::u8}}))
        .field("color", &InputSpec::color, "Order of the channels",
               config::choice<Color>(
                   {{"bgr", Color::bgr}, {"rgb", Color::rgb}, {"gray", Color::gray}}))
        .field("fit", &InputSpec::fit, "How the picture is brought to the size",
               config::choice<Fit>({{"stretch", Fit::stretch},
                                    {"letterbox_corner", Fit::letterbox_corner},
                                    {"letterbox_centre", Fit::letterbox_centre}}))
        .field("pad", &InputSpec::pad, "What a letterbox leaves free, 0 to 255",
               {.min = 0, .max = 255})
        .field("multiple_of", &InputSpec::multiple_of_px,
               "Any smaller size that is a multiple of it will do; 0: no other size",
               {.min = 0, .max = 1024})
        .field("mean", &InputSpec::mean, "Subtracted from each pixel first",
               free_form<std::vector<float>>(channels_at))
        .field("scale", &InputSpec::scale, "Each pixel is multiplied with it then",
               free_form<std::vector<float>>(channels_at))
        .require("width")
        .require("height");
}

} // namespace

Result<std::filesystem::path> path_at(const Node& node, const VariableSource& variables) {
    VEDETTE_TRY(const std::string written, node.as_string());
    const auto expanded = expand_variables(written, variables);
    if (!expanded)
        return node.invalid(expanded.error().message());
    if (expanded->empty())
        return node.invalid("must name a file");
    const auto folder = std::filesystem::absolute(node.file()).parent_path();
    return (folder / *expanded).lexically_normal();
}

Result<std::string> sha256_at(const Node& node) {
    VEDETTE_TRY(std::string digits, node.as_string());
    constexpr std::size_t kDigits = 64;
    for (char& c : digits)
        c = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (digits.size() != kDigits ||
        digits.find_first_not_of("0123456789abcdef") != std::string::npos)
        return node.invalid("must be 64 hexadecimal digits, as sha256sum prints them");
    return digits;
}

Result<std::vector<std::string>> labels_at(const Node& node, const VariableSource& variables) {
    std::vector<std::string> labels;
    for (const Node& item : node.items()) {
        VEDETTE_TRY(labels.emplace_back(), item.as_string());
    }
    if (node.kind() != Node::Kind::scalar)
        return node.kind() == Node::Kind::map
                   ? Result<std::vector<std::string>>{node.invalid(
                         "must be a list, or the name of a file with one label per line")}
                   : labels;
    VEDETTE_TRY(const auto file, path_at(node, variables));
    std::ifstream in{file};
    if (!in)
        return node.invalid("names " + file.string() + ", which cannot be read");
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        if (line.size() > kLongestLabel || labels.size() == kMostLabels)
            return node.invalid("names " + file.string() + ", which is no list of labels");
        labels.push_back(std::move(line));
    }
    return labels;
}

namespace {

config::OptionSet<ModelSource> source_options() {
    return config::OptionSet<ModelSource>{"Where the weights can be had."}
        .field("url", &ModelSource::url, "Address of the file", {.min = 8, .max = 500})
        .field("bytes", &ModelSource::bytes, "How large it is", {.min = 1, .max = 4'000'000'000})
        .field("licence_url", &ModelSource::licence_url, "Where the licence can be read",
               {.min = 8, .max = 500})
        .field("note", &ModelSource::note, "What else should be known before it is fetched",
               {.min = 1, .max = 500})
        .require("url")
        .require("bytes")
        .require("licence_url");
}

config::OptionSet<QuantisedWeights>
quantised_options(const config::Codec<std::filesystem::path>& path) {
    return config::OptionSet<QuantisedWeights>{"A copy of the weights in eight bits."}
        .field("file", &QuantisedWeights::file, "An ONNX file with the same inputs and outputs",
               path)
        .field("sha256", &QuantisedWeights::sha256, "Of the copy",
               free_form<std::string>(sha256_at))
        .require("file")
        .require("sha256");
}

} // namespace

config::OptionSet<Manifest> manifest_options(const VariableSource& variables) {
    using Paths = std::map<std::string, std::filesystem::path>;
    const auto path = free_form<std::filesystem::path>(
        [=](const Node& node) { return path_at(node, variables); });
    const auto paths =
        free_form<Paths>([=](const Node& node) { return extra_files_at(node, variables); });
    const auto labels = free_form<std::vector<std::string>>(
        [=](const Node& node) { return labels_at(node, variables); });
    return config::OptionSet<Manifest>{"What a model file is and how it is used."}
        .field("id", &Manifest::id, "Short name", free_form<std::string>(id_at))
        .field("version", &Manifest::version, "Counted up when the weights change",
               {.min = 1, .max = 1'000'000})
        .field("title", &Manifest::title, "One line for people", {.min = 1, .max = 200})
        .field("task", &Manifest::task, "What it is for",
               config::choice<std::string>({{"object", "object"},
                                            {"plate", "plate"},
                                            {"ocr", "ocr"},
                                            {"face", "face"},
                                            {"face-embedding", "face-embedding"},
                                            {"attributes", "attributes"}}))
        .field("preference", &Manifest::preference,
               "Of several models for one task the highest is the default",
               {.min = -1000, .max = 1000})
        .field("file", &Manifest::file, "The weights, an ONNX file", path)
        .field("sha256", &Manifest::sha256, "Of the weights", free_form<std::string>(sha256_at))
        .section("int8", &Manifest::int8, "A copy of the weights in eight bits",
                 quantised_options(path))
        .field("licence", &Manifest::licence, "SPDX id", {.min = 1, .max = 100})
        .field("origin", &Manifest::origin, "Who made it", {.min = 1, .max = 300})
        .section("input", &Manifest::input, "How a picture becomes the input", input_options())
        .section("source", &Manifest::source, "Where the weights can be had", source_options())
        .field("decoder", &Manifest::decoder, "Output form", {.min = 1, .max = 64})
        .field("decoder_options", &Manifest::decoder_options, "Known to the decoder",
               free_form<std::map<std::string, std::string>>(decoder_options_at))
        .field("labels", &Manifest::labels,
               "Class index to label: a list, or a file with one per line", labels)
        .field("extra_files", &Manifest::extra_files, "Other files that the decoder needs", paths)
        .require("id")
        .require("title")
        .require("task")
        .require("licence")
        .require("origin")
        .require("decoder");
}

} // namespace vedette::infer
