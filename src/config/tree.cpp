#include "tree.h"

#include <algorithm>

namespace vedette::config {

const Tree::Member* Tree::Value::find(std::string_view key) const {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& member) { return member.key == key; });
    return found == members.end() ? nullptr : &*found;
}

} // namespace vedette::config
