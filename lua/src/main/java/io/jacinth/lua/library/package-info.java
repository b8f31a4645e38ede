/**
 * The libraries of the Lua engine: string, table, math, os, bit, struct, cjson and cmsgpack, as
 * Redis gives them to scripts, down to the texts of errors.
 *
 * <p>Whatever a script can make large is charged to its state before it is allocated; whatever it
 * can make last long looks at the stop flag now and then; and nothing recurses as deeply as a
 * script wants.
 */
package io.jacinth.lua.library;
