#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/config/document.h"
#include "vedette/config/node.h"

namespace vedette::config {

/// The values of one document, each at its index; the root is at 0. Aliases share an index, so it
/// is a graph without cycles. Never changed once it is built.
class Tree {
public:
    struct Member {
        std::string key;
        std::size_t value;
        int line; // of the key
    };
    struct Item {
        std::size_t value;
        int line;
    };
    struct Value {
        Node::Kind kind = Node::Kind::absent;
        int line = 1;
        std::string text = {};            // of a scalar
        bool refers_to_secret = false;    // a scalar with ${...}
        std::vector<Member> members = {}; // of a map, in the order written
        std::vector<Item> items = {};     // of a list
        std::size_t weight = 1;           // values below and with this one, aliases followed
        std::size_t depth = 1;            // levels below and with this one

        [[nodiscard]] const Member* find(std::string_view key) const;
    };

    std::string file;
    DocumentOptions options;
    std::vector<Value> values;
};

} // namespace vedette::config
