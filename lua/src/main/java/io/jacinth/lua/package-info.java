/**
 * A Lua 5.1 engine: exact as Redis exposes it, bounded in memory, depth and time, and stoppable at
 * any moment. {@link io.jacinth.lua.Lua} is a state; nothing here knows of a store.
 *
 * <p><b>Values</b> are pairs of a reference and a number, so that numbers are never boxed: the
 * number counts where the reference is {@link io.jacinth.lua.LuaType#NUMBER}. Otherwise the
 * reference is null (nil), a Boolean (Boolean.TRUE or Boolean.FALSE themselves), a {@link
 * io.jacinth.lua.LuaString}, a {@link io.jacinth.lua.Table}, a {@link io.jacinth.lua.Function}, a
 * {@link io.jacinth.lua.LuaThread} or a {@link io.jacinth.lua.Userdata}, and the number means
 * nothing.
 */
package io.jacinth.lua;
