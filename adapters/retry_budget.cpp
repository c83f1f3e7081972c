#include "adapters/retry_budget.hpp"

#include <algorithm>

namespace polyglance {

void RetryBudget::count_first_try()
{
    fifths_ = std::min(fifths_ + 1, most_fifths_);
}

bool RetryBudget::take_retry()
{
    if (fifths_ < fifths_per_retry) {
        return false;
    }
    fifths_ -= fifths_per_retry;
    return true;
}

} // namespace polyglance
