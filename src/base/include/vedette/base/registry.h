#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/base/result.h"

namespace vedette {

/// Name -> factory. An object owned by the composition root: no global registry, no static
/// initialiser, so two tests can hold two different ones.
///
/// Thread-compatible: filled at start-up, only read afterwards.
template <class Interface, class... Args>
class Registry {
public:
    using Factory = std::function<Result<std::unique_ptr<Interface>>(Args...)>;

    /// \return already_exists if the name is taken.
    Status add(std::string name, Factory factory) {
        const auto [where, added] = factories_.try_emplace(std::move(name), std::move(factory));
        if (!added)
            return Error{ErrorCode::already_exists, "'" + where->first + "' is registered twice"};
        return {};
    }

    /// \return not_found, naming what is known; or what the factory says.
    [[nodiscard]] Result<std::unique_ptr<Interface>> create(std::string_view name,
                                                            Args... args) const {
        const auto found = factories_.find(name);
        if (found == factories_.end())
            return Error{ErrorCode::not_found, "no '" + std::string{name} + "'; known: " + known()};
        return found->second(std::forward<Args>(args)...);
    }

    [[nodiscard]] bool contains(std::string_view name) const {
        return factories_.find(name) != factories_.end();
    }

    /// In alphabetical order; for help and tests.
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& [name, factory] : factories_)
            out.push_back(name);
        return out;
    }

private:
    [[nodiscard]] std::string known() const {
        std::string out;
        for (const auto& [name, factory] : factories_)
            out += (out.empty() ? "" : " ") + name;
        return out.empty() ? "nothing" : out;
    }

    std::map<std::string, Factory, std::less<>> factories_;
};

} // namespace vedette
