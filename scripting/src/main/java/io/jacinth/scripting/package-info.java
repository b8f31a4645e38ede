/** Scripts and functions: EVAL, SCRIPT, FUNCTION, FCALL, and what Lua sees of the store. */
package io.jacinth.scripting;
