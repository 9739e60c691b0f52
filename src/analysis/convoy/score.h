#pragma once

#include <utility>
#include <vector>

#include "convoy/journey.h"

namespace vedette::analysis::convoy {

/// A vehicle that is weighed: when it was at each of the subject's cameras.
struct Vehicle {
    int number = 0;
    std::vector<std::vector<WallTime>> seen; ///< by Journey::cameras
    bool complete = true;                    ///< false: it was there more often
};

/// A companion before it is written down.
struct Scored {
    Vehicle vehicle;
    Companion companion;
    std::vector<std::size_t> stops; ///< together, in order
    std::vector<int> sessions;      ///< that speak for it, in order
};

/// Weighs one vehicle against the subject's journey. Formulas: docs/design/convoy.md.
///
/// Thread-compatible.
class Scorer {
public:
    /// Everything is borrowed.
    Scorer(const Journey& journey, const ports::TimeSpan& span, const ConvoyOptions& options);

    /// \param stops  where the vehicle was with the subject, in order
    /// \param own  all passes of the vehicle in the whole window, oldest first
    /// \param complete  false: there are more of them; then chance explains everything
    [[nodiscard]] Scored score(int vehicle, std::vector<std::size_t> stops,
                               const std::vector<ports::PassRow>& own, bool complete);

    /// Writes down what is told of one that is listed, beside its LLR.
    void describe(Scored& scored) const;

private:
    struct Session {
        std::size_t first = 0; ///< stop
        std::size_t end = 0;   ///< behind the last one
    };
    [[nodiscard]] double chance(const Stop& stop, const Vehicle& vehicle) const;
    [[nodiscard]] double habit(const Stop& stop, const std::vector<WallTime>& seen) const;
    [[nodiscard]] ConvoyTerms weigh_session(const Session& session, const Vehicle& vehicle);
    [[nodiscard]] double missed_between(std::size_t last, std::size_t stop, int vehicle);
    [[nodiscard]] double left(std::size_t last, std::size_t end, int vehicle);
    void choose_sessions(std::vector<std::pair<int, ConvoyTerms>> shared, Scored& scored) const;
    [[nodiscard]] double lag_term(const Scored& scored) const;

    const Journey& journey_;
    const ConvoyOptions& options_;
    const double days_;
    TurnShares turns_;
    std::vector<Session> sessions_;
};

} // namespace vedette::analysis::convoy
