#include "vedette/infer/probe.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace vedette::infer {
namespace {

TEST(ProbeEngines, FindsTheProcessorWorkingAndSaysWhyOthersDoNot) {
    BackendRegistry backends;
    ASSERT_TRUE(register_builtin_backends(backends));
    const auto probes = probe_engines(backends);
    for (const auto& name : backends.names()) {
        const auto cpu = std::find_if(probes.begin(), probes.end(), [&](const EngineProbe& probe) {
            return probe.backend == name && probe.device == "cpu";
        });
        ASSERT_NE(cpu, probes.end()) << name;
        EXPECT_TRUE(cpu->works) << cpu->detail;
    }
    for (const auto& probe : probes)
        EXPECT_FALSE(probe.detail.empty()) << probe.backend << ' ' << probe.device;
}

TEST(ProbeEngines, HasNothingToSayWithoutBackEnds) {
    EXPECT_TRUE(probe_engines(BackendRegistry{}).empty());
}

} // namespace
} // namespace vedette::infer
