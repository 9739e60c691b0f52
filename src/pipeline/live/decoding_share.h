#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>

#include "vedette/base/clock.h"

namespace vedette::pipeline {

/// How much of what its cameras send a machine decodes. One that is too slow for all of it leaves
/// out the same part of every camera rather than now this and now that one: of each group of
/// pictures, from a key frame up to the next, what comes last (CatchUp does that).
///
/// The part shrinks while many cameras are late together and grows slowly while they are not:
/// additive increase, multiplicative decrease. Late counts if the camera's thread had to wait for a
/// processor: one that is too slow by itself is not helped by taking from the others.
///
/// Thread-safe.
///
/// Method: D.-M. Chiu and R. Jain, "Analysis of the increase and decrease algorithms for congestion
/// avoidance in computer networks", Computer Networks and ISDN Systems 17 (1989).
class DecodingShare {
public:
    /// Of a thread.
    struct Work {
        SteadyTime::duration time{};      ///< by the clock
        SteadyTime::duration processor{}; ///< that the thread had
    };

    /// A camera's place; leaves when destroyed. Thread-safe.
    class Seat {
    public:
        Seat(DecodingShare& all, double weight);
        ~Seat();
        Seat(const Seat&) = delete;
        Seat& operator=(const Seat&) = delete;

        /// Of what it sends, in (0, 1].
        [[nodiscard]] double share() const;
        /// A packet is going to be decoded.
        /// \param late  whether it has waited for too long
        /// \param work  what the packet before took
        void decodes(SteadyTime now, bool late, const Work& work);

    private:
        DecodingShare& all_;
        const std::uint64_t number_;
    };

    /// Smallest share of all cameras; 1 while the machine keeps up.
    [[nodiscard]] double smallest() const;

private:
    static constexpr std::chrono::milliseconds kPeriod{500};
    static constexpr double kRise = 0.01;
    static constexpr double kFall = 0.1; ///< if all are late
    static constexpr double kLeast = 0.01;

    struct Camera {
        double weight = 1;
        bool decoded = false; ///< in this period
        bool late = false;    ///< in this period
        Work work;            ///< in this period
    };

    std::uint64_t add(double weight);
    void remove(std::uint64_t number);
    [[nodiscard]] static bool waited(const Work& work);
    void settle();
    void fit();
    [[nodiscard]] double share_of(const Camera& camera) const;

    mutable std::mutex mutex_;
    std::map<std::uint64_t, Camera> cameras_;
    std::uint64_t last_number_ = 0;
    double level_ = 1; ///< share of the camera of the largest weight, and more until all have all
    double largest_weight_ = 1;
    double smallest_weight_ = 1;
    SteadyTime began_; ///< this period
};

} // namespace vedette::pipeline
