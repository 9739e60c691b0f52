// yaml_to_json INPUT.yaml OUTPUT.json: the API's document as programs want it. Part of the build,
// so that no program that Debian does not build with is needed for it.
#include <charconv>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace {

using Json = nlohmann::ordered_json;

template <class Number>
bool is_number(const std::string& text, Number& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

/// A plain scalar by the rules of YAML 1.2's core schema; a quoted one is a text.
Json scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() == "!")
        return text;
    if (text == "true" || text == "false")
        return text == "true";
    if (text.empty() || text == "null" || text == "~")
        return nullptr;
    if (std::int64_t whole = 0; is_number(text, whole))
        return whole;
    if (double real = 0; is_number(text, real))
        return real;
    return text;
}

Json convert(const YAML::Node& node) {
    switch (node.Type()) {
    case YAML::NodeType::Map: {
        Json object = Json::object();
        for (const auto& member : node)
            object[member.first.Scalar()] = convert(member.second);
        return object;
    }
    case YAML::NodeType::Sequence: {
        Json list = Json::array();
        for (const auto& one : node)
            list.push_back(convert(one));
        return list;
    }
    case YAML::NodeType::Scalar: return scalar(node);
    case YAML::NodeType::Null:
    case YAML::NodeType::Undefined: break;
    }
    return nullptr;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: yaml_to_json INPUT.yaml OUTPUT.json\n";
        return 2;
    }
    try {
        const Json document = convert(YAML::LoadFile(argv[1]));
        std::ofstream out{argv[2], std::ios::binary};
        out << document.dump(1) << '\n';
        return out.flush() ? 0 : (std::cerr << argv[2] << ": cannot be written\n", 1);
    } catch (const std::exception& error) {
        std::cerr << argv[1] << ": " << error.what() << '\n';
        return 1;
    }
}
