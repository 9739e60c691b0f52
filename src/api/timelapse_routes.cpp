#include <memory>
#include <utility>

#include "problem.h"
#include "recording_answers.h"
#include "recording_asked.h"
#include "recording_streams.h"
#include "timelapse.h"

namespace vedette::api {
namespace {

Response timelapse(const Asked& asked, TimelapseMaker& maker) {
    Parameters parameters{asked.request.query};
    const auto [from, to] = span_in(parameters);
    if (from >= to)
        parameters.fail("from", "must be before to");
    const auto speed = parameters.number("speed", TimelapseMaker::kLeastSpeed,
                                         recording::TimelapseOptions::kMostSpeed);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    recording::ExportManifest manifest;
    manifest.camera = asked.camera();
    manifest.program = "vedette " + asked.all.version;
    manifest.made = asked.clock.wall_now();
    manifest.asked_from = from;
    manifest.asked_to = to;
    auto video = maker.make(asked.parts, speed.value_or(recording::TimelapseOptions{}.speed),
                            asked.mask(), asked.clock, manifest, asked.request.stop);
    if (!video)
        return problem_response(video.error());
    Response response;
    response.content_type = "video/mp4";
    response.headers = {
        {"Cache-Control", "no-store"},
        {"Vedette-Timelapse", timelapse_header(manifest)},
        {"Content-Disposition",
         "attachment; filename=\"" + file_name_of(asked.camera(), from) + "-timelapse.mp4\""}};
    response.body = Body::of(*std::move(video));
    return response;
}

} // namespace

std::vector<Route> timelapse_routes(const ApiParts& parts, const Clock& clock) {
    Route route = recording_route(parts, clock, Method::get, "/{camera}/timelapse.mp4",
                                  Permission::see_recordings,
                                  [maker = std::make_shared<TimelapseMaker>()](const Asked& asked) {
                                      return timelapse(asked, *maker);
                                  });
    route.takes_long = true;
    return {std::move(route)};
}

} // namespace vedette::api
