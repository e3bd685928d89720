/** From the log to those who follow it: without loss, without repetition, in order. */
package dev.hawser.core.fanout;
