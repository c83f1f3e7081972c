#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"
#include "config/node.hpp"

namespace polyglance::config {

/// What all parts of one load share: where it reads from and what it found wrong.
class Reading {
public:
    explicit Reading(const ConfigInputs& inputs) : inputs_(inputs), folder_(inputs.working_directory) {}

    const ConfigInputs& inputs() const { return inputs_; }
    /// The variable's value; null when it is not set.
    const std::string* environment(std::string_view name) const;

    /// `where` and `pointer` as in `ConfigProblem`. The message must not hold a value that may be secret.
    void problem(std::string where, std::string pointer, std::string message, std::string suggestion = {});
    void warning(std::string where, std::string_view message);

    /// Where relative paths of the configuration file start. Those of other layers start at the working directory.
    void set_folder(std::filesystem::path folder) { folder_ = std::move(folder); }
    /// The path a value means: `~/` is the home directory, relative ones start as said above.
    std::filesystem::path resolve(std::string_view path, Layer layer) const;

    /// Counts every problem, also those past the number that is kept.
    std::size_t problem_count() const { return count_; }
    std::vector<ConfigProblem> take_problems();
    std::vector<std::string> take_warnings() { return std::move(warnings_); }

private:
    const ConfigInputs& inputs_;
    std::filesystem::path folder_;
    std::vector<ConfigProblem> problems_;
    std::vector<std::string> warnings_;
    std::size_t count_ = 0;
};

/// "a, b, c"
std::string joined(std::span<const std::string> words);

/// A key as it may be shown. A missing blank after a colon turns `password:x` into a key: anything that does not look
/// like a name is written as `?`.
std::string shown_key(std::string_view key);

} // namespace polyglance::config
