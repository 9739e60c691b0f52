#include "app/server/followed_subjects.h"

#include <algorithm>
#include <vector>

namespace vedette::app {
namespace {

using analysis::FollowingStream;
using analysis::FollowingSubject;

/// There is room for all that the settings name; what fitted a pattern yields to it.
void shed_patterns(const FollowingSettings& settings, const FollowingPlates& plates,
                   FollowingStream& stream, Log& messages) {
    const std::size_t named =
        plates.known().size() + plates.persons().size() + settings.mobiles.size();
    const std::size_t most = settings.stream.following.max_subjects;
    std::size_t room = most - std::min(most, named);
    std::size_t shed = 0;
    for (const FollowingSubject& subject : stream.analysis().described()) {
        if (subject.kind != FollowingSubject::Kind::plate || plates.known().contains(subject.name))
            continue;
        if (room > 0)
            --room;
        else
            shed += stream.remove_subject(subject.name) ? 1 : 0;
    }
    if (shed > 0)
        messages.warn("following leaves out plates of its subjects' patterns: others are named",
                      {{"plates", shed}, {"max_subjects", most}});
}

Status add_persons(const FollowingPlates& plates, FollowingStream& stream) {
    for (const auto& [subject, own] : plates.persons())
        VEDETTE_CHECK_OK(stream.add_person(subject, own));
    return {};
}

/// First nobody carries what is another one's now, so that cameras may go from car to car.
Status add_mobiles(const FollowingSettings& settings, FollowingStream& stream) {
    for (const bool all : {false, true})
        for (const MobileNode& node : settings.mobiles) {
            const auto before = stream.analysis().described(node.subject());
            if (!all && !before)
                continue;
            std::vector<domain::CameraId> cameras = node.cameras;
            if (!all)
                std::erase_if(cameras, [&](const domain::CameraId& camera) {
                    return std::find(before->cameras.begin(), before->cameras.end(), camera) ==
                           before->cameras.end();
                });
            VEDETTE_CHECK_OK(stream.add_mobile_subject(node.subject(), cameras));
        }
    return {};
}

} // namespace

Status follow_only(const FollowingSettings& settings, const FollowingPlates& plates,
                   FollowingStream& stream, std::set<std::string>& gone, Log& messages) {
    for (const FollowingSubject& subject : stream.analysis().described())
        if (!plates.is_subject(subject.name)) {
            stream.remove_subject(subject.name);
            gone.insert(subject.name);
        }
    shed_patterns(settings, plates, stream, messages);
    for (const std::string& plate : plates.known())
        VEDETTE_CHECK_OK(stream.add_subject(plate));
    if (Status added = add_persons(plates, stream); !added) {
        if (added.error().code() != ErrorCode::already_exists)
            return added;
        for (const auto& [subject, own] : plates.persons()) // a plate went to another of them
            stream.remove_subject(subject);
        VEDETTE_CHECK_OK(add_persons(plates, stream));
    }
    VEDETTE_CHECK_OK(add_mobiles(settings, stream));
    std::erase_if(gone, [&](const std::string& subject) { return plates.is_subject(subject); });
    return {};
}

} // namespace vedette::app
