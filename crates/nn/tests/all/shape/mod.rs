mod flatten;
