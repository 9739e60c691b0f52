#include "vedette/config/document.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/node/node.h> // parser.h only declares it, which lint takes for a mistake
#include <yaml-cpp/parser.h>

#include "tree.h"
#include "tree_builder.h"

namespace vedette::config {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1024} * 1024;

Result<std::string> read_all(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        return Error{ErrorCode::not_found, path.string() + ": there is no such file"};
    if (!std::filesystem::is_regular_file(status))
        return Error{ErrorCode::invalid_argument, path.string() + ": is not a regular file"};
    std::ifstream file{path, std::ios::binary};
    if (!file)
        return Error{ErrorCode::permission_denied, path.string() + ": cannot be opened: " +
                                                       std::generic_category().message(errno)};
    std::string text(kMaxBytes + 1, '\0'); // one more than allowed, to notice
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad())
        return Error{ErrorCode::unavailable, path.string() + ": reading failed"};
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

/// \return the number of the first line that is not UTF-8 text, 0 if all are.
int first_binary_line(std::string_view text) {
    int line = 1;
    std::size_t following = 0; // bytes of a character that must still come
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool continues = (byte & 0xC0U) == 0x80U;
        if (continues != (following > 0) || byte == 0 || byte >= 0xF8U)
            return line;
        if (continues)
            --following;
        else if (byte >= 0xC0U)
            following = byte >= 0xF0U ? 3 : byte >= 0xE0U ? 2 : 1;
        line += c == '\n' ? 1 : 0;
    }
    return following > 0 ? line : 0;
}

/// \param number from 1
std::string_view line_at(std::string_view text, int number) {
    for (int i = 1; i < number; ++i) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos)
            return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

bool indented_with_tab(std::string_view line) {
    const auto indent = line.substr(0, line.find_first_not_of(" \t"));
    return indent.find('\t') != std::string_view::npos;
}

/// What yaml-cpp says, in words that tell a person what to do.
std::string explain(const YAML::ParserException& error, std::string_view text) {
    using Pair = std::pair<std::string_view, std::string_view>;
    constexpr std::array kExplained{
        Pair{"illegal map value", "a ':' where none may be; is the line indented too far, or "
                                  "does its text need quotes?"},
        Pair{"end of map not found", "this line is not indented like the ones around it"},
        Pair{"end of sequence not found", "this line is not indented like the list above it"},
        Pair{"end of map flow not found", "a '{' is not closed by '}'"},
        Pair{"end of sequence flow not found", "a '[' is not closed by ']'"},
        Pair{"illegal EOF in scalar", "a quote is not closed"},
        Pair{"illegal document indicator in scalar",
             "a quote that was opened on a line before is not closed"},
        Pair{"the referenced anchor is not defined", "an alias (*name) without its anchor (&name)"},
    };
    const int line = error.mark.line + 1;
    if (indented_with_tab(line_at(text, line)) || indented_with_tab(line_at(text, line - 1)))
        return "a tab is used to indent; YAML allows only spaces";
    for (const auto& [said, meant] : kExplained)
        if (error.msg == said)
            return "not valid YAML: " + std::string{meant};
    return "not valid YAML: " + error.msg;
}

/// Runs the parser over all of `text`. \return nothing, or why it stopped and on which line.
std::optional<Refused> build(std::string_view text, Tree& tree, Problems& problems) {
    try {
        // yaml-cpp takes a quote that is never closed for closed at the end of the file, and all
        // sections after it are gone. An end-of-document line makes it see the mistake.
        std::istringstream stream{std::string{text} + (text.ends_with('\n') ? "...\n" : "\n...\n")};
        YAML::Parser parser{stream};
        TreeBuilder builder{tree, problems};
        while (parser.HandleNextDocument(builder)) {
        }
        return std::nullopt;
    } catch (const Refused& refused) {
        return refused;
    } catch (const YAML::ParserException& error) {
        return Refused{error.mark.line + 1, explain(error, text)};
    } catch (const YAML::Exception& error) { // DeepRecursion among them
        return Refused{error.mark.line + 1, "not valid YAML: " + error.msg};
    }
}

std::optional<Refused> refuse_bytes(std::string_view text) {
    if (text.size() > kMaxBytes)
        return Refused{1, "is larger than 1 MiB; is it a configuration at all?"};
    if (const int line = first_binary_line(text); line != 0)
        return Refused{line, "is not UTF-8 text"};
    return std::nullopt;
}

} // namespace

std::optional<Document> Document::parse(std::string_view text, std::string name,
                                        const DocumentOptions& options, Problems& problems) {
    const auto tree = std::make_shared<Tree>();
    tree->file = std::move(name);
    tree->options = options;
    const std::size_t before = problems.size();
    auto refused = refuse_bytes(text);
    if (!refused)
        refused = build(text, *tree, problems);
    if (tree->values.empty())
        tree->values.emplace_back();
    const Tree::Value& root = tree->values.front();
    if (!refused && (root.kind == Node::Kind::scalar || root.kind == Node::Kind::list))
        refused = Refused{root.line, "must be a map of sections, such as `detect:`"};
    if (refused)
        problems.add({ErrorCode::invalid_argument,
                      tree->file + ":" + std::to_string(refused->line) + ": " + refused->why});
    if (problems.size() != before)
        return std::nullopt;
    return Document{tree};
}

Result<Document> Document::parse(std::string_view text, std::string name,
                                 const DocumentOptions& options) {
    Problems problems;
    auto document = parse(text, std::move(name), options, problems);
    if (!document)
        return problems.summary();
    return *std::move(document);
}

std::optional<Document> Document::load(const std::filesystem::path& file,
                                       const DocumentOptions& options, Problems& problems) {
    auto text = read_all(file);
    if (!text) {
        problems.add(std::move(text).error());
        return std::nullopt;
    }
    return parse(*text, file.string(), options, problems);
}

Result<Document> Document::load(const std::filesystem::path& file, const DocumentOptions& options) {
    Problems problems;
    auto document = load(file, options, problems);
    if (!document)
        return problems.summary();
    return *std::move(document);
}

Node Document::root() const {
    Node root{tree_, 0, {}, tree_->values.front().line};
    return tree_->options.use == SecretUse::withhold ? root.withholding_secrets() : root;
}

} // namespace vedette::config
