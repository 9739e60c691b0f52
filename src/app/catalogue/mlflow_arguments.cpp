#include "app/catalogue/mlflow_arguments.h"

#include <CLI/CLI.hpp>

namespace vedette::app {

void MlflowArguments::declare(CLI::App& options, const std::string& what) {
    option_ = options
                  .add_option("--mlflow", url_,
                              what + ": https://…; without an address the one in "
                                     "MLFLOW_TRACKING_URI")
                  ->expected(0, 1);
    options.add_flag("--plain-http", plain_http_,
                     "Speak to it without TLS, though it isn't this machine");
}

bool MlflowArguments::given() const { return option_ != nullptr && option_->count() > 0; }

Result<MlflowClient> MlflowArguments::client(const Environment& environment) const {
    VEDETTE_TRY(MlflowServer server, MlflowServer::named(url_, plain_http_));
    return MlflowClient{std::move(server), environment.clock, environment.stop};
}

} // namespace vedette::app
