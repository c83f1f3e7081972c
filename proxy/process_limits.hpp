#pragma once

#include <cstddef>

namespace polyglance {

/// How many descriptors this process may have open.
std::size_t open_files_limit();

/// Lets the process have as many as the system allows it. The usual default, 1024, is for programs with few clients.
void raise_open_files_limit();

/// Credentials are in memory: a crash leaves no core file, and whoever takes dumps through a pipe, for which the limit
/// on core files does not count, gets none of the memory.
void keep_memory_out_of_core_dumps();

} // namespace polyglance
