//! Many runs over rates, seeds and rules.
