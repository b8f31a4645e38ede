package io.jacinth.lua;

/** A function written in Lua, with the variables around it that it uses. */
public final class Closure extends Function {}
