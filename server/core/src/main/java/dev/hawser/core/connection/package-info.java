/** The life of one wire: a pure state machine, and the rules it uses. */
package dev.hawser.core.connection;
