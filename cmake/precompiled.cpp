// Carries the precompiled headers, see VedettePrecompiled.cmake.
int main() { return 0; }
