#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "vedette/base/assert.h"
#include "vedette/config/codec.h"
#include "vedette/config/node.h"
#include "vedette/config/problems.h"
#include "vedette/config/schema.h"

namespace vedette::config {

/// The one declaration of an options struct: its keys, ranges and help. Reading, the reference page
/// and the JSON Schema all come from it; the defaults are those of `T{}`.
///
///     OptionSet<MotionOptions> motion_options() {
///         return OptionSet<MotionOptions>{"What counts as movement."}
///             .field("threshold", &MotionOptions::threshold, "Difference of a pixel, 0 to 255",
///                    {.min = 1, .max = 255})
///             .field("gate", &MotionOptions::gate, "What is decoded at all",
///                    choice<Gate>({{"off", Gate::off}, {"motion", Gate::motion}}));
///     }
///
/// Thread-compatible; made once, then only read.
template <class T>
class OptionSet {
public:
    /// \param about one sentence or more for the reference page.
    explicit OptionSet(std::string about) {
        schema_.kind = Schema::Kind::object;
        schema_.about = std::move(about);
    }

    template <class V>
    OptionSet& field(std::string key, V T::*member, std::string help, Codec<V> codec) {
        Binding binding{key,
                        [=](const Node& node, T& into, Problems& problems) {
                            codec.read(node, into.*member, problems);
                        },
                        [=](const T& defaults, Property& property) {
                            property.schema = codec.schema(defaults.*member);
                            property.default_text = codec.show(defaults.*member);
                        }};
        Property property{.key = std::move(key), .help = std::move(help)};
        binding.describe(T{}, property);
        schema_.put(std::move(property));
        bindings_.push_back(std::move(binding));
        return *this;
    }
    template <class V>
    OptionSet& field(std::string key, V T::*member, std::string help, const Limits& limits = {}) {
        return field(std::move(key), member, std::move(help), config::codec<V>(limits));
    }
    /// An options struct inside this one.
    template <class V>
    OptionSet& section(std::string key, V T::*member, std::string help, const OptionSet<V>& set) {
        return field(std::move(key), member, std::move(help), set.codec());
    }
    /// Keys that this version checks and then leaves alone.
    OptionSet& later(Property property) {
        property.use = Property::Use::later;
        schema_.put(std::move(property));
        return *this;
    }
    /// `key` must be written: there is no sensible default. \pre it is a field
    OptionSet& require(std::string_view key) {
        Property* property = schema_.find(key);
        VEDETTE_ASSERT(property != nullptr);
        property->use = Property::Use::required;
        property->default_text.clear();
        return *this;
    }
    /// What must hold between several fields once all are read. If it does not, `why` is reported
    /// at `key`, or at the whole object if nothing is written there.
    OptionSet& rule(std::string key, std::function<bool(const T&)> holds, std::string why) {
        rules_.push_back({std::move(key), std::move(holds), std::move(why)});
        return *this;
    }

    [[nodiscard]] const Schema& schema() const& noexcept { return schema_; }
    [[nodiscard]] Schema schema() && noexcept { return std::move(schema_); }

    /// Reads one layer over another: defaults, then for example the global section, then the
    /// camera's. Every error points into the layer that is wrong.
    /// \param layers lowest first; absent ones are skipped.
    [[nodiscard]] T read(std::initializer_list<Node> layers, Problems& problems) const {
        const std::size_t before = problems.size();
        T value{};
        for (const Node& layer : layers)
            validate(schema_, layer, problems);
        if (problems.size() != before)
            return value;
        for (const Node& layer : layers)
            apply(layer, value, problems);
        check_rules(layers, value, problems);
        return value;
    }
    /// \return the first problem, saying how many more there are.
    [[nodiscard]] Result<T> read(std::initializer_list<Node> layers) const {
        Problems problems;
        T value = read(layers, problems);
        if (!problems.empty())
            return problems.summary();
        return value;
    }
    [[nodiscard]] Result<T> read(const Node& node) const { return read({node}); }

    /// For use inside another set, in list_of() and in named().
    [[nodiscard]] Codec<T> codec() const {
        return {[set = *this](const T& defaults) { return set.schema_for(defaults); },
                [set = *this](const Node& node, T& value, Problems& problems) {
                    set.apply(node, value, problems);
                    set.check_rules({node}, value, problems);
                },
                [](const T&) { return std::string{}; }};
    }

private:
    struct Binding {
        std::string key;
        std::function<void(const Node&, T&, Problems&)> read;
        std::function<void(const T& defaults, Property&)> describe;
    };
    struct Rule {
        std::string key;
        std::function<bool(const T&)> holds;
        std::string why;
    };

    [[nodiscard]] Schema schema_for(const T& defaults) const {
        Schema schema = schema_;
        for (const Binding& binding : bindings_) {
            Property& property = *schema.find(binding.key);
            binding.describe(defaults, property);
            if (property.use == Property::Use::required)
                property.default_text.clear();
        }
        return schema;
    }
    void apply(const Node& given, T& value, Problems& problems) const {
        const auto enabled = given.bool_or("enabled", true);
        const Node node = enabled && !*enabled ? given.withholding_secrets() : given;
        for (const Binding& binding : bindings_)
            if (const Node child = node[binding.key]; child.present())
                binding.read(child, value, problems);
    }
    void check_rules(std::initializer_list<Node> layers, const T& value, Problems& problems) const {
        for (const Rule& rule : rules_) {
            if (rule.holds(value))
                continue;
            Node blamed = layers.size() > 0 ? *(layers.end() - 1) : Node{};
            for (const Node& layer : layers)
                if (layer[rule.key].present())
                    blamed = layer[rule.key];
            problems.add(blamed.invalid(rule.why));
        }
    }

    Schema schema_;
    std::vector<Binding> bindings_;
    std::vector<Rule> rules_;
};

} // namespace vedette::config
