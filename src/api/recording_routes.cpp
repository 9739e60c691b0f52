#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "event_query.h"
#include "problem.h"
#include "recording_answers.h"
#include "recording_asked.h"
#include "recording_streams.h"
#include "vedette/recording/clip_pictures.h"
#include "vedette/recording/coverage.h"
#include "vedette/recording/previews.h"
#include "vedette/recording/still.h"

namespace vedette::api {
namespace {

using recording::Clip;
using recording::ClipFile;

constexpr int kUsualPage = 100;
constexpr int kLargestPage = 500;
constexpr int kUsualSize_px = 1280;
constexpr int kLeastSize_px = 160;
constexpr int kMostSize_px = 4096;
constexpr int kMostStep_s = 86'400;
constexpr int kMostFragments = 100'000;

/// Packets are sent as they were recorded: who plays them is to know that the mask may not be in
/// them.
void tell_of_mask(const Asked& asked, Response& response) {
    if (!asked.mask().empty())
        response.headers.push_back({"Vedette-Privacy-Mask", "as-recorded"});
}

Response tagged(Response response) {
    response.etag = etag_of(response.body.bytes());
    response.headers.push_back({"Cache-Control", "no-cache"});
    return response;
}

// ---- what there is ----

Response all_recordings(const Asked& asked) {
    if (auto problem = Parameters{asked.request.query}.problem())
        return *std::move(problem);
    const auto extents = asked.index().extents();
    if (!extents)
        return problem_response(extents.error());
    return json_response(recordings_json(*extents, asked.parts, asked.request.base));
}

Response timeline(const Asked& asked) {
    Parameters parameters{asked.request.query};
    const auto [from, to] = span_in(parameters);
    const int step = parameters.integer("step", 0, 1, kMostStep_s);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const recording::CoverageQuery query{asked.camera(), from, to, std::chrono::seconds{step}};
    const auto coverage = recording::coverage_of(asked.index(), query);
    if (!coverage)
        return problem_response(coverage.error());
    return tagged(json_response(coverage_json(query, *coverage)));
}

Response segments(const Asked& asked) {
    Parameters parameters{asked.request.query};
    ports::RecordingQuery query{.camera = asked.camera()};
    query.from = parameters.time("from").value_or(query.from);
    query.to = parameters.time("to").value_or(query.to);
    query.limit =
        static_cast<std::size_t>(parameters.integer("limit", kUsualPage, 1, kLargestPage));
    const auto cursor = parameters.text("cursor");
    if (cursor && !(query.after = place_from(*cursor, asked.camera())))
        parameters.fail("cursor", "is none of this server's");
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto page = asked.index().list(query);
    if (!page)
        return problem_response(page.error());
    const bool more = page->size() == query.limit;
    const std::string next =
        more ? link_to_page(asked.request, cursor_of(ports::place_of(page->back()))) : "";
    Response response = tagged(json_response(segments_json(*page, asked.request.base, next)));
    if (!next.empty())
        response.headers.push_back({"Link", "<" + next + ">; rel=\"next\""});
    return response;
}

/// \return not_found also for a segment of another camera
Result<ports::RecordedSegment> segment_of(const Asked& asked) {
    const std::string& text = asked.request.captured[1];
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error == std::errc{} && end == text.data() + text.size() && id <= INT64_MAX) {
        auto row = asked.index().find(id);
        if (!row && row.error().code() != ErrorCode::not_found)
            return row;
        if (row && row->camera == asked.camera() && !row->doomed)
            return row;
    }
    return Error{ErrorCode::not_found, "camera '" + asked.camera().value() + "' has no segment '" +
                                           text.substr(0, 32) + "'"};
}

// ---- playing ----

Response segment_head(const Asked& asked) {
    if (auto problem = Parameters{asked.request.query}.problem())
        return *std::move(problem);
    const auto segment = segment_of(asked);
    if (!segment)
        return problem_response(segment.error());
    auto head = recording::is_playable(segment->file)
                    ? recording::head_of(asked.files(), *segment)
                    : recording::picture_head_of(asked.files(), *segment, asked.clock);
    if (!head)
        return problem_response(head.error());
    Response response;
    response.body = Body::of(std::move(head->bytes));
    response.headers.push_back({"Content-Type", "video/mp4; codecs=\"" + head->codecs + "\""});
    return tagged(std::move(response));
}

Response streamed(const Asked& asked, Clip clip, ClipFile::Form form) {
    const std::string etag = "\"" + recording::identity_of(clip).substr(0, 32) + "\"";
    auto file = ClipFile::open(asked.files(), std::move(clip), form);
    if (!file)
        return problem_response(file.error());
    Response response;
    response.headers.push_back({"Content-Type", "video/mp4; codecs=\"" + (*file)->codecs() + "\""});
    response.headers.push_back({"Cache-Control", "private, no-cache"});
    tell_of_mask(asked, response);
    response.etag = etag;
    response.stream = stream_of(*std::move(file));
    return response;
}

/// Matroska: its pictures.
Response pictures_response(const Asked& asked, const Clip& clip) {
    auto bytes = recording::pictures_of(asked.files(), clip, asked.clock);
    if (!bytes)
        return problem_response(bytes.error());
    Response response;
    response.content_type = "video/mp4";
    response.headers.push_back({"Cache-Control", "private, no-cache"});
    tell_of_mask(asked, response);
    response.etag = "\"" + recording::identity_of(clip).substr(0, 32) + "\"";
    response.body = Body::of(*std::move(bytes));
    return response;
}

Response segment_media(const Asked& asked) {
    Parameters parameters{asked.request.query};
    const int first = parameters.integer("first", 0, 0, kMostFragments);
    const int count = parameters.integer("count", 0, 1, kMostFragments);
    const auto at = parameters.number("at", 0, 1e12);
    if (count == 0)
        parameters.fail("count", "is missing: how many fragments");
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto segment = segment_of(asked);
    if (!segment)
        return problem_response(segment.error());
    auto clip = recording::clip_of(
        *segment, static_cast<std::size_t>(first), static_cast<std::size_t>(count),
        StreamClock::duration{static_cast<std::int64_t>(at.value_or(0))});
    if (!clip)
        return problem_response(clip.error());
    return recording::is_playable(segment->file)
               ? streamed(asked, *std::move(clip), ClipFile::Form::fragments)
               : pictures_response(asked, *clip);
}

Response segment_file(const Asked& asked) {
    if (auto problem = Parameters{asked.request.query}.problem())
        return *std::move(problem);
    const auto segment = segment_of(asked);
    if (!segment)
        return problem_response(segment.error());
    const bool mp4 = recording::is_playable(segment->file);
    Response response;
    response.content_type = mp4 ? "video/mp4" : "video/x-matroska";
    response.etag = "\"" + segment->sha256.substr(0, 32) + "\"";
    response.headers.push_back({"Cache-Control", "private, no-cache"});
    tell_of_mask(asked, response);
    response.headers.push_back(
        {"Content-Disposition", "attachment; filename=\"" +
                                    file_name_of(segment->camera, segment->start) +
                                    (mp4 ? ".mp4\"" : ".mkv\"")});
    response.stream = stream_of(asked.files(), *segment);
    return response;
}

Response playlist(const Asked& asked) {
    Parameters parameters{asked.request.query};
    const auto [from, to] = span_in(parameters);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto found = recording::find_recorded(asked.files(), asked.index(), asked.camera(), from,
                                                to, recording::ClipUse::played);
    if (!found)
        return problem_response(found.error());
    if (found->clips.empty())
        return problem_response(recording::first_clip(*found).error());
    Response response;
    response.content_type = "application/vnd.apple.mpegurl";
    response.body = playlist_of(found->clips, from);
    tell_of_mask(asked, response);
    return tagged(std::move(response));
}

Response video(const Asked& asked) {
    Parameters parameters{asked.request.query};
    const auto [from, to] = span_in(parameters);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto found =
        recording::find_recorded(asked.files(), asked.index(), asked.camera(), from, to);
    if (!found)
        return problem_response(found.error());
    auto clip = recording::first_clip(*found);
    if (!clip)
        return problem_response(clip.error());
    const std::string name = file_name_of(asked.camera(), clip->from());
    const std::string about = clip_header(*found);
    Response response = streamed(asked, *std::move(clip), ClipFile::Form::whole);
    if (response.status != 200)
        return response;
    response.headers.push_back({"Vedette-Recording", about});
    response.headers.push_back({"Content-Disposition", "inline; filename=\"" + name + ".mp4\""});
    return response;
}

Response picture(const Asked& asked) {
    Parameters parameters{asked.request.query};
    const auto at = parameters.time("at");
    if (!at)
        parameters.fail("at", "is missing: a time in UTC like 2026-11-21T10:15:00Z");
    const int size = parameters.integer("size", kUsualSize_px, kLeastSize_px, kMostSize_px);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    auto still = recording::picture_at(asked.files(), asked.index(), asked.camera(), *at, size,
                                       asked.mask(), asked.clock, *asked.parts.log);
    if (!still)
        return problem_response(still.error());
    Response response;
    response.content_type = "image/jpeg";
    response.headers = {{"Cache-Control", "private, no-cache"},
                        {"Vedette-Picture", still_header(*still)}};
    const auto* first = reinterpret_cast<const std::byte*>(still->jpeg.data());
    response.body = Body::of(std::vector<std::byte>(first, first + still->jpeg.size()));
    response.etag = etag_of(response.body.bytes()); // the mask is in it, too
    return response;
}

// ---- previews ----

Response previews(const Asked& asked) {
    Parameters parameters{asked.request.query};
    const auto [from, to] = span_in(parameters);
    if (from >= to)
        parameters.fail("from", "must be before to");
    else if (to - from > recording::kLongestClip)
        parameters.fail("to", "must be at most 25 hours after from");
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto strips = recording::strips_of(asked.files(), asked.camera(), from, to);
    if (!strips)
        return problem_response(strips.error());
    return tagged(json_response(previews_json(asked.camera(), *strips, asked.request.base)));
}

Response preview(const Asked& asked) {
    Parameters parameters{asked.request.query};
    const auto at = parameters.time("at");
    if (!at)
        parameters.fail("at", "is missing: a time in UTC like 2026-11-21T10:15:00Z");
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto strips =
        recording::strips_of(asked.files(), asked.camera(), *at, *at + WallTime::duration{1});
    if (!strips)
        return problem_response(strips.error());
    if (strips->empty())
        return problem_response(
            {ErrorCode::not_found,
             "there is no preview of '" + asked.camera().value() + "' at that time"});
    auto jpeg = recording::read_strip(asked.files(), strips->front());
    if (!jpeg)
        return problem_response(jpeg.error());
    Response response;
    response.content_type = "image/jpeg";
    response.body = Body::of(*std::move(jpeg));
    response.etag = etag_of(response.body.bytes());
    response.headers.push_back({"Cache-Control", "private, no-cache"}); // a mask may come
    return response;
}

// ---- taking away, and keeping ----

Response export_clip(const Asked& asked) {
    Parameters parameters{asked.request.query};
    const auto [from, to] = span_in(parameters);
    if (auto problem = parameters.problem())
        return *std::move(problem);
    auto found = recording::find_recorded(asked.files(), asked.index(), asked.camera(), from, to);
    if (!found)
        return problem_response(found.error());
    const std::string about = clip_header(*found);
    auto clip = recording::first_clip(*std::move(found));
    if (!clip)
        return problem_response(clip.error());
    const std::string name = file_name_of(asked.camera(), clip->from());
    auto manifest = recording::manifest_of(*clip, name + ".mp4");
    manifest.program = "vedette " + asked.all.version;
    manifest.made = asked.clock.wall_now();
    manifest.asked_from = from;
    manifest.asked_to = to;
    auto file = ClipFile::open(asked.files(), *std::move(clip));
    if (!file)
        return problem_response(file.error());
    Response response;
    response.content_type = "application/x-tar";
    response.headers = {{"Cache-Control", "no-store"},
                        {"Vedette-Recording", about},
                        {"Content-Disposition", "attachment; filename=\"" + name + ".tar\""}};
    tell_of_mask(asked, response);
    response.stream = stream_of(
        std::make_unique<recording::ExportArchive>(*std::move(file), std::move(manifest)));
    return response;
}

Response keep(const Asked& asked, bool kept) {
    Parameters parameters{asked.request.query};
    const auto [from, to] = span_in(parameters);
    if (from >= to)
        parameters.fail("from", "must be before to");
    if (auto problem = parameters.problem())
        return *std::move(problem);
    const auto segments = asked.index().keep_all(asked.camera(), from, to, kept);
    if (!segments)
        return problem_response(segments.error());
    if (*segments == 0)
        return problem_response(
            {ErrorCode::not_found,
             "nothing is recorded of '" + asked.camera().value() + "' at that time"});
    return json_response(kept_json(asked.camera(), from, to, *segments, kept));
}

} // namespace

std::vector<Route> recording_routes(const ApiParts& parts, const Clock& clock) {
    const auto make = [&](Method method, std::string pattern, Permission permission,
                          std::function<Response(const Asked&)> handler) {
        return recording_route(parts, clock, method, std::move(pattern), permission,
                               std::move(handler));
    };
    const auto see = [&](std::string pattern, Response (*handler)(const Asked&)) {
        return make(Method::get, std::move(pattern), Permission::see_recordings, handler);
    };
    Route list = see("", all_recordings);
    list.handler = [json = list.handler](const Request& request) {
        Response response = request.wants_page ? page("page/recordings.html") : json(request);
        response.headers.push_back({"Vary", "Accept"});
        return response;
    };
    return {std::move(list),
            see("/{camera}/timeline", timeline),
            see("/{camera}/segments", segments),
            see("/{camera}/segments/{id}/head.mp4", segment_head),
            see("/{camera}/segments/{id}/media.m4s", segment_media),
            see("/{camera}/segments/{id}/file", segment_file),
            see("/{camera}/playlist.m3u8", playlist),
            see("/{camera}/video.mp4", video),
            see("/{camera}/picture", picture),
            see("/{camera}/previews", previews),
            see("/{camera}/preview.jpg", preview),
            see("/{camera}/export", export_clip),
            make(Method::put, "/{camera}/keep", Permission::keep_recordings,
                 [](const Asked& asked) { return keep(asked, true); }),
            make(Method::del, "/{camera}/keep", Permission::keep_recordings,
                 [](const Asked& asked) { return keep(asked, false); })};
}

} // namespace vedette::api
