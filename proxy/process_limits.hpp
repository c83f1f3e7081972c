#pragma once

#include <cstddef>
#include <string>

namespace polyglance {

/// How many descriptors this process may have open.
std::size_t open_files_limit();

/// Lets the process have as many as the system allows it. The usual default, 1024, is for programs with few clients.
void raise_open_files_limit();

/// Bytes of memory that the control groups of this process leave it (memory.max, or memory.limit_in_bytes of version
/// 1); 0 when none of them has a limit.
std::size_t control_group_memory_limit();

/// Bytes of memory that this process has in use (resident).
std::size_t resident_memory();

/// Gives up the rights of root for those of `user`, for good and on all threads. What was opened before stays open.
/// Returns what went wrong, "" when nothing did: no such user, or not root (being that user already is fine).
std::string become_user(const std::string& user);

/// Credentials are in memory: a crash leaves no core file, and whoever takes dumps through a pipe, for which the limit
/// on core files does not count, gets none of the memory.
void keep_memory_out_of_core_dumps();

} // namespace polyglance
