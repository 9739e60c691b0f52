#include "tree_builder.h"

#include <algorithm>
#include <array>

#include "references.h"

namespace vedette::config {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxValues = 100'000;
constexpr std::string_view kMerge = "<<";

int line_of(const YAML::Mark& mark) { return mark.line + 1; }

/// Only the tags that say what YAML assumes anyway.
void check_tag(const YAML::Mark& mark, const std::string& tag) {
    constexpr std::string_view kStandard = "tag:yaml.org,2002:";
    constexpr std::array kKnown{"str", "int", "float", "bool", "null", "map", "seq"};
    if (tag.empty() || tag == "?" || tag == "!")
        return;
    if (tag.starts_with(kStandard) &&
        std::find(kKnown.begin(), kKnown.end(), tag.substr(kStandard.size())) != kKnown.end())
        return;
    throw Refused{line_of(mark), "the tag '" + tag.substr(0, 40) +
                                     "' is not supported; write the value itself, or "
                                     "${file:PATH} for a secret in a file"};
}

} // namespace

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
    if (++documents_ > 1)
        throw Refused{line_of(mark), "a second document starts here; remove the line '---' and "
                                     "what follows"};
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (wants_key())
        throw Refused{line_of(mark), "a key is missing before ':'"};
    const std::size_t index = add({.line = line_of(mark)});
    if (anchor != YAML::NullAnchor)
        anchors_[anchor] = index;
    attach(index, line_of(mark));
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (wants_key())
        throw Refused{line_of(mark), "an alias cannot be a key"};
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
        throw Refused{line_of(mark), "an alias refers to what it is part of"};
    attach(found->second, line_of(mark));
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
    check_tag(mark, tag);
    if (wants_key())
        return take_key(mark, value);
    const std::size_t index = add({.kind = Node::Kind::scalar,
                                   .line = line_of(mark),
                                   .text = value,
                                   .refers_to_secret = has_reference(value)});
    if (anchor != YAML::NullAnchor)
        anchors_[anchor] = index;
    attach(index, line_of(mark));
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value) {
    open(Node::Kind::list, mark, tag, anchor);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value) {
    open(Node::Kind::map, mark, tag, anchor);
}

void TreeBuilder::OnMapEnd() {
    merge_into(tree_.values[stack_.back().value]);
    close();
}

void TreeBuilder::open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
    check_tag(mark, tag);
    if (wants_key())
        throw Refused{line_of(mark), "a list or map cannot be a key; is a quote missing?"};
    if (stack_.size() >= kMaxDepth)
        throw Refused{line_of(mark), "more than 64 levels of nesting"};
    stack_.push_back({.value = add({.kind = kind, .line = line_of(mark)}), .anchor = anchor});
}

void TreeBuilder::close() {
    const Frame frame = std::move(stack_.back());
    stack_.pop_back();
    if (frame.anchor != YAML::NullAnchor)
        anchors_[frame.anchor] = frame.value;
    attach(frame.value, tree_.values[frame.value].line);
}

void TreeBuilder::take_key(const YAML::Mark& mark, const std::string& key) {
    Frame& frame = stack_.back();
    frame.has_key = true;
    frame.key = key;
    frame.key_line = line_of(mark);
    const auto [first, is_new] = frame.lines.try_emplace(key, frame.key_line);
    if (!is_new)
        problems_.add({ErrorCode::invalid_argument,
                       tree_.file + ":" + std::to_string(frame.key_line) + ": " + path_of(key) +
                           ": is already there on line " + std::to_string(first->second) +
                           "; remove or rename one of the two"});
}

std::size_t TreeBuilder::add(Tree::Value value) {
    if (tree_.values.size() >= kMaxValues)
        throw Refused{value.line, "more than 100000 values"};
    tree_.values.push_back(std::move(value));
    return tree_.values.size() - 1;
}

/// Puts a finished value where it belongs; an alias's value counts anew each time it is used.
void TreeBuilder::attach(std::size_t child, int line) {
    if (stack_.empty())
        return; // the root
    Frame& frame = stack_.back();
    Tree::Value& parent = tree_.values[frame.value];
    const Tree::Value& value = tree_.values[child];
    parent.weight += value.weight;
    parent.depth = std::max(parent.depth, value.depth + 1);
    if (parent.weight > kMaxValues)
        throw Refused{line, "more than 100000 values once aliases are followed"};
    if (parent.depth > kMaxDepth)
        throw Refused{line, "more than 64 levels of nesting once aliases are followed"};
    if (parent.kind == Node::Kind::list) {
        parent.items.push_back({child, line});
        return;
    }
    parent.members.push_back({std::move(frame.key), child, frame.key_line});
    frame.has_key = false;
}

/// `<<: *other` adds what the other map has and this one does not; of several the first wins.
void TreeBuilder::merge_into(Tree::Value& map) {
    const auto merge = std::find_if(map.members.begin(), map.members.end(),
                                    [](const auto& member) { return member.key == kMerge; });
    if (merge == map.members.end())
        return;
    const Tree::Value& given = tree_.values[merge->value];
    const int line = merge->line;
    map.members.erase(merge);
    std::vector<Tree::Item> sources = given.items;
    if (given.kind == Node::Kind::map)
        sources = {{static_cast<std::size_t>(&given - tree_.values.data()), line}};
    auto& lines = stack_.back().lines;
    for (const Tree::Item& source : sources) {
        if (tree_.values[source.value].kind != Node::Kind::map)
            throw Refused{line, "<< must be followed by an alias of a map, such as *defaults"};
        for (const Tree::Member& member : tree_.values[source.value].members)
            if (lines.try_emplace(member.key, member.line).second)
                map.members.push_back(member);
    }
    if (sources.empty() && given.kind != Node::Kind::list)
        throw Refused{line, "<< must be followed by an alias of a map, such as *defaults"};
}

bool TreeBuilder::wants_key() const {
    return !stack_.empty() && !stack_.back().has_key &&
           tree_.values[stack_.back().value].kind == Node::Kind::map;
}

std::string TreeBuilder::path_of(const std::string& key) const {
    std::string path;
    for (std::size_t i = 0; i + 1 < stack_.size(); ++i) {
        const Tree::Value& value = tree_.values[stack_[i].value];
        if (value.kind == Node::Kind::list)
            path += "[" + std::to_string(value.items.size()) + "]";
        else
            path += (path.empty() ? "" : ".") + stack_[i].key;
    }
    return path + (path.empty() ? "" : ".") + key;
}

} // namespace vedette::config
