mod function;
mod sequential;
