#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/base/secret.h"
#include "vedette/config/units.h"

namespace vedette::config {

class Tree;

/// One place in a configuration: a value, a list, a map, or the place where one could be.
///
/// Cheap to copy; keeps its document alive. Thread-safe to read, and reading never changes it.
/// Every error is invalid_argument (not_found, permission_denied for a secret that is not there)
/// and has the form `file.yaml:12: detect.fps: why`. Values from secrets are never repeated in one.
///
/// Most options are read by an OptionSet, which also knows their ranges; the accessors here are for
/// what does not fit into one.
class Node {
public:
    enum class Kind { absent = 1, scalar, list, map };
    struct Member;

    /// A place in no document, with nothing in it.
    Node() = default;

    /// `key:` with nothing behind it is absent too: it means "as by default".
    [[nodiscard]] Kind kind() const noexcept;
    [[nodiscard]] bool present() const noexcept { return kind() != Kind::absent; }
    /// "cameras.gate.inputs[0].path"; empty for the whole document.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// From 1; of the key where there is one. For what is absent the line of the map around it.
    [[nodiscard]] int line() const noexcept { return line_; }
    [[nodiscard]] std::string file() const;

    /// What stands below `key`; absent unless this is a map that has it.
    [[nodiscard]] Node operator[](std::string_view key) const;
    /// Of a map, in the order written; empty for anything else.
    [[nodiscard]] std::vector<Member> members() const;
    /// Of a list; empty for anything else.
    [[nodiscard]] std::vector<Node> items() const;

    /// The value contains `${env:…}` or `${file:…}`.
    [[nodiscard]] bool refers_to_secret() const noexcept;
    /// It does, and is not to be looked up: it reads as it is written, and says nothing as a
    /// number.
    [[nodiscard]] bool is_withheld() const noexcept { return withheld_ && refers_to_secret(); }
    /// The same place, with all secrets in it and below it withheld.
    [[nodiscard]] Node withholding_secrets() const;

    /// Any scalar, with secrets put in. Under a key that may hold a secret use as_secret().
    [[nodiscard]] Result<std::string> as_string() const;
    [[nodiscard]] Result<Secret<std::string>> as_secret() const;
    [[nodiscard]] Result<std::int64_t> as_int() const;
    [[nodiscard]] Result<double> as_double() const;
    [[nodiscard]] Result<bool> as_bool() const;
    [[nodiscard]] Result<std::chrono::microseconds>
    as_duration(BareNumber bare = BareNumber::refused) const;
    [[nodiscard]] Result<ByteSize> as_size() const;
    [[nodiscard]] Result<Share> as_share() const;

    /// What stands below `key`, or `fallback` if nothing does.
    [[nodiscard]] Result<std::string> string_or(std::string_view key, std::string fallback) const;
    [[nodiscard]] Result<std::int64_t> int_or(std::string_view key, std::int64_t fallback) const;
    [[nodiscard]] Result<double> double_or(std::string_view key, double fallback) const;
    [[nodiscard]] Result<bool> bool_or(std::string_view key, bool fallback) const;
    [[nodiscard]] Result<std::chrono::microseconds>
    duration_or(std::string_view key, std::chrono::microseconds fallback) const;
    [[nodiscard]] Result<ByteSize> size_or(std::string_view key, ByteSize fallback) const;

    /// An error about this place, or about `key` below it.
    [[nodiscard]] Error invalid(std::string_view why) const;
    [[nodiscard]] Error invalid(std::string_view key, std::string_view why) const;
    /// The value in quotes for use in an error: cut short, control characters escaped; a secret's
    /// reference instead of its value.
    [[nodiscard]] std::string quoted() const;

private:
    friend class Document;
    Node(std::shared_ptr<const Tree> tree, std::size_t index, std::string path, int line);

    std::shared_ptr<const Tree> tree_;
    std::size_t index_ = 0;
    std::string path_;
    int line_ = 0;
    bool withheld_ = false;
};

struct Node::Member {
    std::string key;
    Node value;
};

} // namespace vedette::config
