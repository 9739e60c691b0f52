#include "sources/file/file_source.h"
#include "vedette/media/demo.h"

namespace vedette::media {

Status register_demo(SourceRegistry& registry);

namespace {

/// Renders the clip if it is not in the cache, says how far it is at each tenth, and opens it as a
/// file.
Result<std::unique_ptr<Source>> open_demo(const std::string& url, const SourceOptions& options,
                                          const Clock& clock, Log& log) {
    VEDETTE_TRY(const DemoOptions scene, parse_demo_url(url));
    int told = -1;
    const auto tell = [&](int done, int all) {
        const int tenths = done * 10 / all;
        if (tenths == told)
            return;
        told = tenths;
        log.info("rendering the demo street, once", {{"percent", done * 100 / all}});
    };
    VEDETTE_TRY(const DemoClip clip,
                ensure_demo_clip(scene, options.cache_dir, tell, options.stop));
    return open_file_source(clip.video, options, clock, log);
}

} // namespace

Status register_demo(SourceRegistry& registry) { return registry.add("demo", open_demo); }

} // namespace vedette::media
