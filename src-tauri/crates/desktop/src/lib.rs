//! The real outside world that both hosts share: clock, randomness, keychain, browser.
