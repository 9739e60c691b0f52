#include "engine/fallback_engine.h"

#include <algorithm>
#include <utility>

namespace vedette::infer {
namespace {

/// The device or the library gave up; another one may do.
bool engine_failed(const Error& error) {
    switch (error.code()) {
    case ErrorCode::invalid_argument:
    case ErrorCode::not_found:
    case ErrorCode::already_exists:
    case ErrorCode::permission_denied:
    case ErrorCode::data_loss:
    case ErrorCode::cancelled: return false;
    case ErrorCode::resource_exhausted:
    case ErrorCode::unavailable:
    case ErrorCode::deadline_exceeded:
    case ErrorCode::internal: return true;
    }
    return false;
}

/// No back-end can do anything about these.
bool file_is_bad(const Error& error) {
    return error.code() == ErrorCode::data_loss || error.code() == ErrorCode::permission_denied;
}

std::string link_name(const EngineLink& link) {
    return link.engine.backend + "/" + link.engine.options.device + (link.quantised ? "/int8" : "");
}

bool may_stand_for(const TensorSpec& a, const TensorSpec& b) {
    const auto agree = [](std::int64_t x, std::int64_t y) { return x == y || x < 0 || y < 0; };
    return a.type == b.type &&
           std::equal(a.shape.begin(), a.shape.end(), b.shape.begin(), b.shape.end(), agree);
}

bool may_stand_for(const std::vector<TensorSpec>& a, const std::vector<TensorSpec>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const TensorSpec& x, const TensorSpec& y) { return may_stand_for(x, y); });
}

std::vector<double> run_buckets() {
    return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
}

} // namespace

FallbackEngine::FallbackEngine(const FallbackContext& context, std::string model,
                               std::vector<EngineLink> chain)
    : context_{context}, model_{std::move(model)}, chain_{std::move(chain)} {
    for (std::size_t link = 0; link < chain_.size(); ++link) {
        const std::string name = link_name(chain_[link]);
        meters_.push_back(
            {context_.metrics.counter("infer_engine_fallbacks_total",
                                      "Times an engine failed and the next one took over",
                                      {{"from", name}, {"to", name_after(link)}}),
             context_.metrics.histogram("infer_run_seconds", "Time of one run of a model",
                                        run_buckets(), {{"model", model_}, {"engine", name}})});
    }
}

std::string FallbackEngine::name_after(std::size_t link) const {
    return link + 1 < chain_.size() ? link_name(chain_[link + 1]) : "none";
}

Result<std::unique_ptr<Engine>> FallbackEngine::start(const FallbackContext& context,
                                                      std::string model,
                                                      std::vector<EngineLink> chain,
                                                      const std::stop_token& stop) {
    std::unique_ptr<FallbackEngine> self{
        new FallbackEngine{context, std::move(model), std::move(chain)}};
    VEDETTE_TRY(self->engine_, self->next(stop));
    self->inputs_ = self->engine_->inputs();
    self->outputs_ = self->engine_->outputs();
    self->batch_ = self->engine_->batch();
    return std::unique_ptr<Engine>{std::move(self)};
}

Result<std::unique_ptr<Engine>> FallbackEngine::create(const EngineLink& link) const {
    const auto& [backend, options] = link.engine;
    if (!context_.backends.contains(backend))
        return Error{ErrorCode::unavailable, "this program was built without it"};
    auto engine = context_.backends.create(backend, link.file, options);
    if (engine && engine_ && !fits(**engine))
        return Error{ErrorCode::unavailable,
                     "it sees other inputs or outputs than " + engine_->name()};
    return engine;
}

bool FallbackEngine::fits(const Engine& other) const {
    return may_stand_for(inputs_, other.inputs()) && may_stand_for(outputs_, other.outputs()) &&
           (other.batch() == batch_ || other.batch() == 0);
}

/// Tries the links in order, from the first untried one on.
Result<std::unique_ptr<Engine>> FallbackEngine::next(const std::stop_token& stop) {
    while (untried_ < chain_.size()) {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "loading " + model_ + " was stopped"};
        const std::size_t link = untried_++;
        auto engine = create(chain_[link]);
        if (engine) {
            in_use_ = link;
            name_ = (*engine)->name() + (chain_[link].quantised ? " int8" : "");
            return engine;
        }
        if (file_is_bad(engine.error()) || engine.error().code() == ErrorCode::not_found)
            return engine;
        moved(link, engine.error());
    }
    return exhausted();
}

/// Says once that a link is given up, and remembers why.
void FallbackEngine::moved(std::size_t from, const Error& why) {
    const std::string left = link_name(chain_[from]);
    reasons_.push_back(left + ": " + why.message());
    context_.log.warn(
        "engine cannot be used",
        {{"model", model_}, {"engine", left}, {"next", name_after(from)}, {"why", why.message()}});
    meters_[from].given_up->add();
}

Error FallbackEngine::exhausted() const {
    std::string why;
    for (const auto& reason : reasons_)
        why += (why.empty() ? "" : "; ") + reason;
    return {ErrorCode::unavailable, "no engine can run " + model_ + " - " +
                                        (why.empty() ? "the list of engines is empty" : why)};
}

Result<std::span<const TensorView>> FallbackEngine::run(std::span<const TensorView> inputs) {
    for (;;) {
        const SteadyTime began = context_.clock.steady_now();
        auto outputs = engine_->run(inputs);
        const std::chrono::duration<double> took = context_.clock.steady_now() - began;
        meters_[in_use_].run_seconds->observe(took.count());
        if (outputs || !engine_failed(outputs.error()))
            return outputs;
        if (untried_ >= chain_.size())
            return std::move(outputs).error().with_context("the last engine for " + model_);
        moved(in_use_, outputs.error());
        auto following = next({});
        if (!following)
            return std::move(following).error();
        engine_ = *std::move(following);
    }
}

} // namespace vedette::infer
