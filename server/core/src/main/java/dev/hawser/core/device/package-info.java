/** The devices that are connected here: what they offer, the tools that are called on them, the runs that they work on. */
package dev.hawser.core.device;
