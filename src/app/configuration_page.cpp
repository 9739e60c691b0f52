#include "app/configuration_page.h"

#include "app/configuration.h"
#include "vedette/config/schema.h"

namespace vedette::app {
namespace {

constexpr const char* kIntroduction =
    R"(One YAML file says everything; what it does not say has the default below. This page is printed by
`vedette config doc`; `vedette config check FILE` finds every mistake in a file, with its line.

- **Durations** take a unit: `500ms`, `30s`, `5m`, `24h`, `7d`. **Sizes** too: `10MB` is 10 000 000 bytes, `64KiB` is
  65 536. **Percentages** are written `80%`.
- **Secrets** stay out of the file: `${env:NAME}` is replaced by an environment variable, `${file:PATH}` by a file's
  content, anywhere in a value; `$${` writes `${`. Below an object that says `enabled: false`, and in sections that this
  version does not use, they are not looked up.
- Sections such as `detect` stand for all cameras; under `cameras.NAME` they are overridden key by key. A list replaces
  the one it overrides.
- `key:` with nothing behind it is the default. Unknown keys and keys that stand twice are errors. Anchors, aliases and
  `<<` work.)";

} // namespace

std::string configuration_page() {
    config::Schema schema = configuration_schema();
    schema.about = kIntroduction;
    return config::to_markdown(schema, "Configuration");
}

std::string configuration_json_schema() {
    return config::to_json_schema(configuration_schema(), "Vedette configuration");
}

} // namespace vedette::app
