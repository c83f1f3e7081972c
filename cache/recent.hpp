#pragma once

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace polyglance {

/// Things that are made when they are first asked for; those asked for last are kept. Any thread.
template <class T>
class Recent {
public:
    explicit Recent(std::size_t most) : most_(most) {}

    /// The thing of that name, made by `make` if it is not there.
    template <class Make>
    std::shared_ptr<const T> get(const std::string& name, Make make)
    {
        {
            const std::scoped_lock lock(mutex_);
            if (auto kept = touch(name)) {
                return kept;
            }
        }
        // Made outside the lock, so that who asks for something else need not wait; two askers may both make it.
        auto made = std::make_shared<const T>(make());
        const std::scoped_lock lock(mutex_);
        if (auto kept = touch(name)) {
            return kept;
        }
        things_.emplace_front(name, made);
        if (things_.size() > most_) {
            things_.pop_back();
        }
        return made;
    }

    /// The sum of `size` over what is kept.
    template <class Size>
    std::size_t sum(Size size) const
    {
        const std::scoped_lock lock(mutex_);
        std::size_t out = 0;
        for (const auto& [name, thing] : things_) {
            out += size(*thing);
        }
        return out;
    }

private:
    std::shared_ptr<const T> touch(const std::string& name) // mutex_ held; null when not there
    {
        const auto found = std::ranges::find_if(things_, [&](const auto& entry) { return entry.first == name; });
        if (found == things_.end()) {
            return nullptr;
        }
        things_.splice(things_.begin(), things_, found);
        return found->second;
    }

    std::size_t most_;
    mutable std::mutex mutex_;
    std::list<std::pair<std::string, std::shared_ptr<const T>>> things_; // last used first
};

} // namespace polyglance
