#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "tree.h"
#include "vedette/config/problems.h"

namespace vedette::config {

/// Thrown through yaml-cpp's parser to end it early, and caught where it was called.
struct Refused {
    int line;
    std::string why;
};

/// Makes a Tree out of the parser's events, one value at a time, so that a document that is too
/// deep or too large is refused before it takes memory.
class TreeBuilder final : public YAML::EventHandler {
public:
    /// Keys that stand twice go into `problems`; everything else that is wrong is thrown.
    TreeBuilder(Tree& tree, Problems& problems) : tree_{tree}, problems_{problems} {}

    void OnDocumentStart(const YAML::Mark& mark) override;
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override;
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value style) override;
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value style) override;
    void OnMapEnd() override;

private:
    struct Frame {
        std::size_t value;
        YAML::anchor_t anchor;
        bool has_key = false;
        std::string key = {};
        int key_line = 0;
        std::unordered_map<std::string, int> lines = {}; // where each key was first
    };

    void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
              YAML::anchor_t anchor);
    void close();
    void take_key(const YAML::Mark& mark, const std::string& key);
    std::size_t add(Tree::Value value);
    void attach(std::size_t child, int line);
    void merge_into(Tree::Value& map);
    [[nodiscard]] bool wants_key() const;
    [[nodiscard]] std::string path_of(const std::string& key) const;

    Tree& tree_;
    Problems& problems_;
    std::vector<Frame> stack_;
    std::map<YAML::anchor_t, std::size_t> anchors_;
    int documents_ = 0;
};

} // namespace vedette::config
