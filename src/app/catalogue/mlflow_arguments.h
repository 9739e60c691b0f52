#pragma once

#include <string>

#include "app/catalogue/mlflow.h"
#include "app/environment.h"

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace vedette::app {

/// --mlflow and --plain-http, of the commands that speak to a model registry.
class MlflowArguments {
public:
    /// \param what  happens with --mlflow, for its help
    void declare(CLI::App& options, const std::string& what);
    /// Whether --mlflow is there, with an address or without.
    [[nodiscard]] bool given() const;
    /// \return errors of MlflowServer::named()
    [[nodiscard]] Result<MlflowClient> client(const Environment& environment) const;

private:
    CLI::Option* option_ = nullptr; ///< the parser's
    std::string url_;
    bool plain_http_ = false;
};

} // namespace vedette::app
