package dev.aludel.examples.mybatis;

import java.util.List;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;

/// The statements about vehicles.
interface VehicleMapper {
    @Update("CREATE TABLE vehicles (plate text PRIMARY KEY, seats int NOT NULL)")
    void createTable();

    @Insert("INSERT INTO vehicles (plate, seats) VALUES (#{plate}, #{seats})")
    void insert(@Param("plate") String plate, @Param("seats") int seats);

    @Select("SELECT plate FROM vehicles WHERE seats >= #{seats} ORDER BY plate")
    List<String> withSeats(@Param("seats") int seats);
}
