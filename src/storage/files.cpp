#include "files.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>

namespace vedette::storage {

Result<UniqueFd> lock_for_writing(const std::filesystem::path& store) {
    const std::string name = store.string() + ".lock";
    UniqueFd lock{::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    if (!lock.is_open())
        return file_error(errno, "open " + name);
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK
                   ? Error{ErrorCode::unavailable,
                           "store " + store.string() +
                               ": another Vedette writes to it: stop that one first"}
                   : file_error(errno, "lock " + name);
    return lock;
}

} // namespace vedette::storage
