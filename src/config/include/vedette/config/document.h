#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/config/node.h"
#include "vedette/config/problems.h"
#include "vedette/config/secrets.h"

namespace vedette::config {

/// What to do with `${env:NAME}` and `${file:PATH}` in a value.
enum class SecretUse {
    resolve = 1, ///< looked up when the value is read; not there is an error of that value
    withhold,    ///< left as written, never looked up: to check a file away from its machine
};

struct DocumentOptions {
    SecretSource secrets = SecretSource::system();
    SecretUse use = SecretUse::resolve;
};

/// A configuration file that was read: one YAML 1.2 document in UTF-8, of at most 1 MiB, 64 levels
/// and 100 000 values with aliases followed. Anchors, aliases and `<<` merges work; tags, a second
/// document and a key that stands twice in one map are refused. An empty file is an empty map.
///
/// `${env:NAME}` and `${file:PATH}` may stand anywhere in a value; `$${` writes `${`.
/// Cheap to copy, thread-safe to read.
class Document {
public:
    /// \return not_found, permission_denied or invalid_argument; the message starts with the path.
    static Result<Document> load(const std::filesystem::path& file,
                                 const DocumentOptions& options = {});
    /// As above, and every problem goes into `problems`.
    static std::optional<Document> load(const std::filesystem::path& file,
                                        const DocumentOptions& options, Problems& problems);
    /// \param name stands for the file in errors.
    static Result<Document> parse(std::string_view text, std::string name,
                                  const DocumentOptions& options = {});
    static std::optional<Document> parse(std::string_view text, std::string name,
                                         const DocumentOptions& options, Problems& problems);

    [[nodiscard]] Node root() const;

private:
    explicit Document(std::shared_ptr<const Tree> tree) : tree_{std::move(tree)} {}
    std::shared_ptr<const Tree> tree_;
};

} // namespace vedette::config
